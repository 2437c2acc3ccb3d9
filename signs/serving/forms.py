"""The forms that people send, read so that nothing in them makes the server fetch or run anything.

BentoML reads a form by the types of its fields, and fetches the text in a file's field as a URL.
These classes declare the fields, for clients and documents, and read the form themselves.
"""

import re
from abc import abstractmethod
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Self

from bentoml import IODescriptor
from pydantic import Field, WithJsonSchema
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from signs.serving import refusals
from signs.serving.refusals import Refusal

DEFAULT_TOP_K = 3
TOP_K = re.compile(r"\s*(\d{1,9})\s*", re.ASCII)
MAX_FIELDS = 8  # beside the files: more are a mistake or an attack
MAX_FIELD_BYTES = 1024

# Files are kept in memory, where the guard bounds them: a container's /tmp is small.
MultiPartParser.spool_max_size = 2**40

File = Annotated[bytes, WithJsonSchema({"type": "file", "format": "binary"})]
TopK = Annotated[int, Field(ge=1)]


class Form(IODescriptor):
    """A multipart form with one field of files and, in most forms, `top_k`.

    Attributes:
        file_field: the name of the field with files.
        max_files: how many it may hold.
        other_fields: those that it may hold beside it.
    """

    file_field: ClassVar[str]
    max_files: ClassVar[int] = 1
    other_fields: ClassVar[tuple[str, ...]] = ("top_k",)

    @classmethod
    async def from_http_request(cls, request: Request, serde: Any) -> Self:
        """Read the form of a request.

        Raises:
            Refusal: the body is no form, or not this one.
        """
        try:
            # One file more than are allowed, so that it is our error and not the parser's.
            async with request.form(
                max_files=cls.max_files + 1, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
            ) as form:
                return await cls._from_form(form)
        except Refusal:
            raise
        except ClientDisconnect:
            raise Refusal(refusals.GONE, "the client went away while it sent its form") from None
        except (HTTPException, MultiPartException, ValueError, LookupError) as error:
            too_many = isinstance(error, HTTPException) and "Too many files" in str(error.detail)
            kind = refusals.TOO_MANY_IMAGES if too_many else refusals.BAD_FORM
            raise Refusal(kind, f"the form cannot be read: {_reason(error)}") from None

    @classmethod
    async def _from_form(cls, form: FormData) -> Self:
        for name in form:
            if name not in (cls.file_field, *cls.other_fields):
                others = "".join(f" and, if you like, {field!r}" for field in cls.other_fields)
                raise Refusal(
                    refusals.UNKNOWN_FIELD,
                    f"the field {name[:40]!r} is not known: send {cls.file_field!r}{others}",
                )
        uploads = form.getlist(cls.file_field)
        if not uploads:
            raise Refusal(
                refusals.MISSING_FIELD,
                f"the form has no field {cls.file_field!r}: "
                f"try curl -F {cls.file_field}=@photo.jpg",
            )
        if len(uploads) > cls.max_files:
            raise Refusal(
                refusals.TOO_MANY_IMAGES,
                f"{len(uploads)} images at once: send at most {cls.max_files}",
            )
        files = []
        for upload in uploads:
            if not isinstance(upload, UploadFile):
                raise Refusal(
                    refusals.NOT_A_FILE,
                    f"{cls.file_field!r} holds text, not a file: "
                    f"try curl -F {cls.file_field}=@photo.jpg, with the @",
                )
            files.append(await upload.read())
        return cls._of(files, _top_k(form))

    @classmethod
    @abstractmethod
    def _of(cls, files: list[bytes], top_k: int) -> Self:
        """The form with what was read from a request: at least one file."""


class ImageForm(Form):
    """One image."""

    file_field = "image"

    image: File
    top_k: TopK = DEFAULT_TOP_K

    @classmethod
    def _of(cls, files: list[bytes], top_k: int) -> Self:
        return cls.model_construct(image=files[0], top_k=top_k)


class ImagesForm(Form):
    """Some images."""

    file_field = "images"

    images: list[File]
    top_k: TopK = DEFAULT_TOP_K

    @classmethod
    def _of(cls, files: list[bytes], top_k: int) -> Self:
        return cls.model_construct(images=files, top_k=top_k)


class ExplainForm(Form):
    """One image, whose answer is to be explained."""

    file_field = "image"
    other_fields = ()

    image: File

    @classmethod
    def _of(cls, files: list[bytes], top_k: int) -> Self:
        return cls.model_construct(image=files[0])


def _top_k(form: FormData) -> int:
    values = form.getlist("top_k")
    if not values:
        return DEFAULT_TOP_K
    text = values[0]
    found = TOP_K.fullmatch(text) if isinstance(text, str) and len(values) == 1 else None
    if not found or int(found[1]) < 1:
        said = repr(text[:20]) if isinstance(text, str) else "a file"
        said = "given more than once" if len(values) > 1 else said
        raise Refusal(refusals.BAD_TOP_K, f"top_k is {said}: send one whole number from 1")
    return int(found[1])


def _reason(error: Exception) -> str:
    text = str(error.detail) if isinstance(error, HTTPException) else str(error)
    return " ".join(text.split())[:120] or HTTPStatus.BAD_REQUEST.phrase
