"""The forms that clients send, read so that nothing in them makes the server fetch or run anything.

BentoML reads a form by the types of its fields, and fetches the text in a file's field as a URL.
These classes declare the fields, for clients and for the API's document, and read the form
themselves.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, BinaryIO, ClassVar, Self, get_origin

from bentoml import IODescriptor
from starlette.requests import ClientDisconnect, Request

from signs.catalog.language import Language
from signs.serving import refusals
from signs.serving.fields import DEFAULT_TOP_K, File, Lang, MinScore, TextField, TopK
from signs.serving.http import mistakes
from signs.serving.http.multipart import Part, read_parts
from signs.serving.refusals import Refusal


class Form(IODescriptor):
    """A multipart form: one required field of files, and optional fields of text.

    A form of one file can also be sent as that file alone, without a form around it.

    A subclass declares a field of type `File` or `list[File]`, and any number of fields that have a
    default and a `TextField` in their annotation.

    Attributes:
        max_batch: files that a `list[File]` may hold; `service.py` sets it from the settings.
        wanted: what the files are.
        on_disk: whether the file goes to disk as it arrives; otherwise it is held in memory.
    """

    max_batch: ClassVar[int]
    wanted: ClassVar[mistakes.Wanted] = mistakes.PICTURE
    on_disk: ClassVar[bool] = False

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
        """Read the form of a request, or a picture that is the whole body.

        Raises:
            Refusal: the body is not a form, or not this one.
        """
        try:
            if mistakes.media_type(request.headers) == mistakes.MULTIPART:
                return await cls._read_form(request)
            return cls.model_construct(**{cls.file_field(): await cls._read_raw(request)})
        except ClientDisconnect:
            raise Refusal(refusals.GONE, "the client went away while it sent its form") from None

    @classmethod
    async def _read_form(cls, request: Request, disk: BinaryIO | None = None) -> Self:
        field, others = cls.file_field(), cls.text_fields()
        max_files = cls.max_batch if cls.takes_many() else 1
        parts = await read_parts(request, field, others, max_files, disk)
        for part in parts:
            if part.name not in cls.model_fields:
                optional = "".join(f" and, if you like, {other!r}" for other in others)
                raise Refusal(
                    refusals.UNKNOWN_FIELD,
                    f"the field {part.name[:40]!r} is not known: send {field!r}{optional}",
                )
        files = [cls._read_file(part) for part in parts if part.name == field]
        if not files:
            raise Refusal(
                refusals.MISSING_FIELD,
                f"the form has no field {field!r}: try curl -F {field}=@{cls.wanted.example}",
            )
        texts = {
            name: _read_text(name, given, other)
            for name, other in others.items()
            if (given := [part for part in parts if part.name == name])
        }
        return cls.model_construct(**{field: files if cls.takes_many() else files[0]}, **texts)

    @classmethod
    def _read_file(cls, part: Part) -> bytes:
        """The bytes of a part of the field of files; text is refused, and never followed."""
        if not part.named_file:
            kind, said = refusals.NOT_A_FILE, mistakes.text(part.data)
        elif not cls.takes_many():  # in a batch, a bad file gets an error in its place
            kind, said = refusals.UNKNOWN_FORMAT, mistakes.encoded_picture(part.data)
        else:
            return part.data
        if said is None:
            return part.data
        raise Refusal(
            kind,
            f"{part.name!r} holds {said}, not a file with a {cls.wanted.noun}: "
            f"try curl -F {part.name}=@{cls.wanted.example}, with the @",
        )

    @classmethod
    async def _read_raw(cls, request: Request) -> bytes:
        stream = BytesIO()  # half the memory of request.body(), which joins a list
        async for chunk in request.stream():
            stream.write(chunk)
        data = stream.getvalue()
        if (said := mistakes.encoded_picture(data)) is not None:
            raise Refusal(
                refusals.UNKNOWN_FORMAT,
                f"the body holds {said}: send the picture's bytes, "
                "as curl --data-binary @photo.jpg does, with the @",
            )
        return data


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


class SceneForm(Form):
    """One picture in which signs are to be found."""

    image: File
    min_score: MinScore = None


class AnnotateForm(SceneForm):
    """One picture into which signs are to be drawn."""

    lang: Lang = Language.ENGLISH


class ScenesForm(Form):
    """Several of them."""

    images: list[File]
    min_score: MinScore = None


def _read_text(name: str, parts: Sequence[Part], field: TextField) -> Any:
    if len(parts) > 1:
        said = "given more than once"
    elif parts[0].named_file:
        said = "a file"
    else:
        text = parts[0].data.decode("utf-8", "replace")
        try:
            return field.read(text)
        except ValueError:
            said = repr(text[:20])
    raise Refusal(field.kind, f"{name} is {said}: {field.hint}")
