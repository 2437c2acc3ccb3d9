"""The forms that clients send, read so that nothing in them makes the server fetch or run anything.

BentoML reads a form by the types of its fields, and fetches the text in a file's field as a URL.
These classes declare the fields, for clients and for the API's document, and read the form
themselves.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Self, get_origin

from bentoml import IODescriptor
from pydantic import Field, WithJsonSchema
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from signs.serving import refusals
from signs.serving.refusals import Kind, Refusal

DEFAULT_TOP_K = 3
WHOLE_NUMBER = re.compile(r"\s*(\d{1,9})\s*", re.ASCII)
MAX_FIELDS = 8  # beside the files: more are a mistake or an attack
MAX_FIELD_BYTES = 1024

# Files are kept in memory, where the guard bounds them: a container's /tmp is small.
MultiPartParser.spool_max_size = 2**40


@dataclass(frozen=True, slots=True)
class TextField:
    """How a field of text is read; part of the annotation of a form's field.

    Attributes:
        read: from text to a value; raises ValueError for text that has none.
        kind: the refusal of such text.
        hint: what to send, for the refusal's message.
    """

    read: Callable[[str], Any]
    kind: Kind
    hint: str


def read_positive(text: str) -> int:
    """A whole number from 1, of at most nine ASCII digits.

    Raises:
        ValueError: the text is something else.
    """
    found = WHOLE_NUMBER.fullmatch(text)
    if not found or int(found[1]) < 1:
        raise ValueError(text)
    return int(found[1])


File = Annotated[bytes, WithJsonSchema({"type": "file", "format": "binary"})]
TopK = Annotated[
    int,
    Field(ge=1, description="How many classes to name."),
    TextField(read_positive, refusals.BAD_TOP_K, "send one whole number from 1"),
]


class Form(IODescriptor):
    """A multipart form: one required field of files, and optional fields of text.

    A subclass declares a field of type `File` or `list[File]`, and any number of fields that have a
    default and a `TextField` in their annotation.

    Attributes:
        max_batch: files that a `list[File]` may hold; `service.py` sets it from the settings.
    """

    max_batch: ClassVar[int]

    @classmethod
    def file_field(cls) -> str:
        """The name of the field of files."""
        return next(name for name, field in cls.model_fields.items() if field.is_required())

    @classmethod
    def takes_many(cls) -> bool:
        """Whether that field may hold more than one file."""
        return get_origin(cls.model_fields[cls.file_field()].annotation) is list

    @classmethod
    def text_fields(cls) -> dict[str, TextField]:
        """The other fields, by name."""
        return {
            name: part
            for name, field in cls.model_fields.items()
            for part in field.metadata
            if isinstance(part, TextField)
        }

    @classmethod
    async def from_http_request(cls, request: Request, serde: Any) -> Self:
        """Read the form of a request.

        Raises:
            Refusal: the body is not a form, or not this one.
        """
        max_files = cls.max_batch if cls.takes_many() else 1
        try:
            # One file more than are allowed, so that it is our error and not the parser's.
            async with request.form(
                max_files=max_files + 1, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
            ) as form:
                files = await cls._read_files(form, max_files)
                texts = {
                    name: _read_text(form, name, field)
                    for name, field in cls.text_fields().items()
                    if name in form
                }
        except Refusal:
            raise
        except ClientDisconnect:
            raise Refusal(refusals.GONE, "the client went away while it sent its form") from None
        except (HTTPException, MultiPartException, ValueError, LookupError) as error:
            too_many = isinstance(error, HTTPException) and "Too many files" in str(error.detail)
            kind = refusals.TOO_MANY_IMAGES if too_many else refusals.BAD_FORM
            raise Refusal(kind, f"the form cannot be read: {_reason(error)}") from None
        read = {cls.file_field(): files if cls.takes_many() else files[0]}
        return cls.model_construct(**read, **texts)

    @classmethod
    async def _read_files(cls, form: FormData, max_files: int) -> list[bytes]:
        """At least one file, in a form without unknown fields."""
        field = cls.file_field()
        for name in form:
            if name not in cls.model_fields:
                optional = "".join(f" and, if you like, {other!r}" for other in cls.text_fields())
                raise Refusal(
                    refusals.UNKNOWN_FIELD,
                    f"the field {name[:40]!r} is not known: send {field!r}{optional}",
                )
        uploads = form.getlist(field)
        if not uploads:
            raise Refusal(
                refusals.MISSING_FIELD,
                f"the form has no field {field!r}: try curl -F {field}=@photo.jpg",
            )
        if len(uploads) > max_files:
            raise Refusal(
                refusals.TOO_MANY_IMAGES,
                f"{len(uploads)} images at once: send at most {max_files}",
            )
        files = []
        for upload in uploads:
            if not isinstance(upload, UploadFile):
                raise Refusal(
                    refusals.NOT_A_FILE,
                    f"{field!r} holds text, not a file: try curl -F {field}=@photo.jpg, with the @",
                )
            files.append(await upload.read())
        return files


class ImageForm(Form):
    """One image."""

    image: File
    top_k: TopK = DEFAULT_TOP_K


class ImagesForm(Form):
    """Several images."""

    images: list[File]
    top_k: TopK = DEFAULT_TOP_K


class ExplainForm(Form):
    """One image whose answer is to be explained."""

    image: File


def _read_text(form: FormData, name: str, field: TextField) -> Any:
    texts = form.getlist(name)
    text = texts[0]
    if len(texts) > 1:
        said = "given more than once"
    elif not isinstance(text, str):
        said = "a file"
    else:
        try:
            return field.read(text)
        except ValueError:
            said = repr(text[:20])
    raise Refusal(field.kind, f"{name} is {said}: {field.hint}")


def _reason(error: Exception) -> str:
    text = str(error.detail) if isinstance(error, HTTPException) else str(error)
    return " ".join(text.split())[:120] or HTTPStatus.BAD_REQUEST.phrase
