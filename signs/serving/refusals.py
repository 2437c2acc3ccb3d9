"""One JSON shape for everything that goes wrong: `{"error": {"code": ..., "message": ...}}`."""

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from bentoml.exceptions import BentoMLException
from pydantic import BaseModel, Field

from signs.inference.preprocess import ImageError, UnknownFormatError


class ErrorDetail(BaseModel):
    """What went wrong."""

    code: str = Field(description="A word for programs, stable between versions.")
    message: str = Field(description="A sentence for people: what is wrong and what to do.")


class ErrorBody(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorDetail


@dataclass(frozen=True, slots=True)
class Kind:
    """A reason to refuse a request.

    Attributes:
        status: the HTTP status that goes with it.
        code: the word for programs.
        meaning: for the API's documentation.
    """

    status: HTTPStatus
    code: str
    meaning: str


BAD_FORM = Kind(
    HTTPStatus.BAD_REQUEST, "bad_form", "The body is compressed, or not a well-formed form."
)
MISSING_FIELD = Kind(HTTPStatus.BAD_REQUEST, "missing_field", "A field of the form is missing.")
UNKNOWN_FIELD = Kind(
    HTTPStatus.BAD_REQUEST, "unknown_field", "The form has a field that the path does not take."
)
NOT_A_FILE = Kind(HTTPStatus.BAD_REQUEST, "not_a_file", "A field for files holds text.")
BAD_TOP_K = Kind(HTTPStatus.BAD_REQUEST, "bad_top_k", "`top_k` is not a whole number in its range.")
BAD_MIN_SCORE = Kind(
    HTTPStatus.BAD_REQUEST, "bad_min_score", "`min_score` is not a number from 0 to 1."
)
BAD_EVERY = Kind(HTTPStatus.BAD_REQUEST, "bad_every", "`every` is not a whole number from 1.")
BAD_MAX_SECONDS = Kind(
    HTTPStatus.BAD_REQUEST, "bad_max_seconds", "`max_seconds` is not a number above 0."
)
BAD_LANG = Kind(HTTPStatus.BAD_REQUEST, "bad_lang", "`lang` is neither `en` nor `de`.")
TOO_MANY_IMAGES = Kind(HTTPStatus.BAD_REQUEST, "too_many_images", "More images than a batch takes.")
UNKNOWN_PARAMETER = Kind(
    HTTPStatus.BAD_REQUEST, "unknown_parameter", "The path takes no query parameters."
)
GONE = Kind(HTTPStatus.BAD_REQUEST, "gone", "The client went away: only counted, never sent.")
WRONG_ORIGIN = Kind(
    HTTPStatus.FORBIDDEN, "wrong_origin", "Pages of this origin may not ask: only in a preflight."
)
NOT_FOUND = Kind(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this path.")
NO_DETECTOR = Kind(
    HTTPStatus.NOT_FOUND, "no_detector", "The service has no model that finds signs in scenes."
)
NO_JOB = Kind(HTTPStatus.NOT_FOUND, "no_job", "There is no such job, or none any more.")
WRONG_METHOD = Kind(HTTPStatus.METHOD_NOT_ALLOWED, "wrong_method", "The path takes another method.")
TOO_SLOW = Kind(HTTPStatus.REQUEST_TIMEOUT, "too_slow", "The body took too long to arrive.")
NO_RESULT = Kind(
    HTTPStatus.CONFLICT, "no_result", "The job has no result yet, or was canceled before it had."
)
BODY_TOO_LARGE = Kind(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", "The body is over the limit."
)
NOT_MULTIPART = Kind(
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "not_multipart",
    "The body is neither a multipart form nor a picture that the path takes by itself.",
)
UNKNOWN_FORMAT = Kind(
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unknown_format", "The file is not in a supported format."
)
BAD_IMAGE = Kind(
    HTTPStatus.UNPROCESSABLE_ENTITY, "bad_image", "The image is broken, empty, tiny or huge."
)
BAD_CLIP = Kind(
    HTTPStatus.UNPROCESSABLE_ENTITY, "bad_clip", "The clip cannot be read, or is over a limit."
)
INTERNAL = Kind(
    HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "An error of the service; see its log."
)
# Not 503: BentoML hides the text of errors from 500 up, and other nodes are as busy.
OVERLOADED = Kind(
    HTTPStatus.TOO_MANY_REQUESTS,
    "overloaded",
    "Too many requests: try again after the seconds in Retry-After.",
)
NOT_READY = Kind(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", "The service is not ready.")


INTERNAL_MESSAGE = "the service failed: its log says why"


class Refusal(BentoMLException):
    """A request that is refused: the client is at fault, or the service has too much to do.

    BentoML answers an exception with its text in a list. Here that text is the error's JSON, and
    `in_one_shape` takes it out of the list.

    Args:
        kind: the reason.
        message: what is wrong in this case, and what to do.
    """

    def __init__(self, kind: Kind, message: str) -> None:
        self.kind = kind
        self.body = error_body(kind, message)
        super().__init__(self.body.model_dump_json(), error_code=kind.status)


def error_body(kind: Kind, message: str) -> ErrorBody:
    """The body of a refusal."""
    return ErrorBody(error=ErrorDetail(code=kind.code, message=message))


def refuse_image(error: ImageError) -> Refusal:
    """The refusal of an image that cannot be used."""
    kind = UNKNOWN_FORMAT if isinstance(error, UnknownFormatError) else BAD_IMAGE
    return Refusal(kind, str(error))


def no_detector() -> Refusal:
    """The refusal of what needs a detector, by a service that has none."""
    return Refusal(
        NO_DETECTOR,
        "the service has no model that finds signs in scenes: whoever runs it makes one with "
        "`uv run dvc repro`, and starts it again",
    )


FALLBACKS = {
    HTTPStatus.NOT_FOUND: (NOT_FOUND, "there is nothing at this path: GET / lists what there is"),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        WRONG_METHOD, "this path takes another method: GET / lists them",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (NOT_READY, "the service is not ready: try again"),
}  # fmt: skip


def in_one_shape(status: int, body: bytes) -> ErrorBody:
    """The body that replaces the one of an answer with a status of 400 or more.

    Args:
        status: of the answer.
        body: of the answer: a `Refusal` as BentoML or one of our pages wrote it, or anything else;
            nothing of the latter is passed on.
    """
    with suppress(ValueError):
        return ErrorBody.model_validate_json(body)
    with suppress(ValueError, LookupError, TypeError):
        return ErrorBody.model_validate_json(json.loads(body)[0]["error"])
    if status in FALLBACKS:
        return error_body(*FALLBACKS[HTTPStatus(status)])
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return error_body(BAD_FORM, "the request cannot be read: GET / shows what one looks like")
    return error_body(INTERNAL, INTERNAL_MESSAGE)


class ClientFaultFilter(logging.Filter):
    """Keeps stack traces of refused requests out of the log: the service is not at fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log the record."""
        raised = record.exc_info[1] if record.exc_info else None
        return not isinstance(raised, Refusal)
