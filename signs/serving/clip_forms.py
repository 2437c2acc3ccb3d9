"""The form for a clip, which goes to disk while it arrives."""

import logging
import re
from typing import Annotated, Any, BinaryIO, ClassVar, Self

from pydantic import WithJsonSchema
from starlette.requests import ClientDisconnect, Request

from signs.catalog.language import Language
from signs.serving import refusals
from signs.serving.clips.store import ClipStore
from signs.serving.fields import Lang, TextField, read_positive
from signs.serving.forms import Form
from signs.serving.http import mistakes
from signs.serving.http.draining import drain
from signs.serving.http.multipart import Part
from signs.serving.refusals import Refusal

NUMBER = re.compile(r"\s*(\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})\s*", re.ASCII)

logger = logging.getLogger("bentoml.signs")


def read_seconds(text: str) -> float:
    """A number above 0, written with ASCII digits and at most one point.

    Raises:
        ValueError: the text is something else.
    """
    found = NUMBER.fullmatch(text)
    if not found or float(found[1]) <= 0:
        raise ValueError(text)
    return float(found[1])


Clip = Annotated[Any, WithJsonSchema({"type": "file", "format": "binary"})]
Every = Annotated[
    int,
    WithJsonSchema(
        {"type": "integer", "minimum": 1, "description": "One of so many frames is searched."}
    ),
    TextField(read_positive, refusals.BAD_EVERY, "send one whole number from 1"),
]
MaxSeconds = Annotated[
    float | None,
    WithJsonSchema(
        {
            "type": "number",
            "exclusiveMinimum": 0,
            "description": "Where to stop; left out, the clip is read to its end.",
        }
    ),
    TextField(read_seconds, refusals.BAD_MAX_SECONDS, "send one number of seconds above 0"),
]


class ClipForm(Form):
    """A clip in which signs are to be followed; `clip` becomes its `ClipJob`, whose lock is held.

    Attributes:
        store: where clips go; `service.py` sets it. None where there is no detector.
    """

    wanted = mistakes.CLIP
    on_disk = True
    store: ClassVar[ClipStore | None] = None

    clip: Clip
    every: Every = 1
    max_seconds: MaxSeconds = None
    lang: Lang = Language.ENGLISH

    @classmethod
    async def from_http_request(cls, request: Request, serde: Any) -> Self:
        """Read the form of a request, or a clip that is the whole body.

        Raises:
            Refusal: the body is not a form, or not this one; there are too many clips, or there is
                no room on the disk; or the service has no detector.
        """
        try:
            if cls.store is None:
                raise refusals.no_detector()
            job = cls.store.reserve()
        except Refusal:
            await drain(request.receive)  # most clients read no answer before the body's end
            raise
        try:
            # Writing blocks, for as long as a copy in memory takes: the system writes later.
            with job.upload.open("wb") as disk:
                form = await cls._read_to(disk, request)
        except BaseException as error:
            job.delete()
            if isinstance(error, ClientDisconnect):
                raise Refusal(refusals.GONE, "the client went away while it sent a clip") from None
            if isinstance(error, OSError):
                logger.error("a clip cannot be written: %s", error)
                said = "the service has no room for a clip: try again later"
                raise Refusal(refusals.OVERLOADED, said) from None
            raise
        return form.model_copy(update={"clip": job})

    @classmethod
    async def _read_to(cls, disk: BinaryIO, request: Request) -> Self:
        if mistakes.media_type(request.headers) == mistakes.MULTIPART:
            return await cls._read_form(request, disk)
        head = b""
        async for chunk in request.stream():
            disk.write(chunk)
            head += chunk[: mistakes.HEAD - len(head)]
        cls._read_file(Part(cls.file_field(), True, head))
        return cls.model_construct(clip=None)
