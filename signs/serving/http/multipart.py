"""The parts of a multipart form.

Starlette takes a part for a file where it has a `filename`, and many clients send none. Here the
form says which of its fields holds files, and a part of that field is a file.
"""

import binascii
import logging
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from signs.serving import refusals
from signs.serving.http.mistakes import HEAD
from signs.serving.refusals import Refusal

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MAX_FIELDS = 8  # beside the files: more are a mistake or an attack
MAX_FIELD_BYTES = 1024
# The parser warns of each broken form, and the client is told: the log is for the service's faults.
logging.getLogger("python_multipart").setLevel(logging.ERROR)
AS_IT_IS = {b"", b"binary", b"8bit", b"7bit"}  # transfer encodings that change nothing


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form.

    Attributes:
        name: of its field.
        named_file: whether it has a file name.
        data: its content, decoded from base64 where it says so; empty where nothing reads it: in
            an unknown field, or where a file stands in the place of text; of a file that goes to
            disk its first bytes.
    """

    name: str
    named_file: bool
    data: bytes


async def read_parts(
    request: Request,
    field: str,
    others: Collection[str],
    max_files: int,
    disk: BinaryIO | None = None,
) -> list[Part]:
    """Read a form to its end, even where it is refused, so that the client reads the answer.

    Args:
        field: the name of the field of files.
        others: the names of the fields of text.
        max_files: parts of the field of files.
        disk: where the one file goes that a form may have; None keeps files in memory.

    Raises:
        Refusal: the body is not a form, or a limit is exceeded.
        ClientDisconnect: the client went away.
        OSError: the file cannot be written.
    """
    reader = _Reader(field, others, max_files, disk)
    parser: MultipartParser | None = None
    problem: Refusal | None = None
    async for chunk in request.stream():
        if problem is not None:
            continue
        try:
            parser = parser or MultipartParser(_boundary(request), reader.callbacks())
            parser.write(chunk)
        except (Refusal, FormParserError) as error:
            problem = error if isinstance(error, Refusal) else _unreadable(error)
            reader.drop()
    if problem is not None:
        raise problem
    if reader.inside:
        raise Refusal(refusals.MISSING_FIELD, "the form is cut off: its last part has no end")
    return reader.parts


class _Reader:
    """Collects the parts that the parser finds.

    Attributes:
        parts: those that are complete.
        inside: whether the last one has begun and has not ended.
    """

    def __init__(
        self, field: str, others: Collection[str], max_files: int, disk: BinaryIO | None
    ) -> None:
        self._field = field
        self._disk = disk
        self._others = others
        self._max_files = max_files
        self._files = 0
        self._fields = 0
        self._header_name = b""
        self._header_value = b""
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._named_file = False
        self._data = BytesIO()
        self.parts: list[Part] = []
        self.inside = False

    def callbacks(self) -> "MultipartCallbacks":
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._add_to_name,
            "on_header_value": self._add_to_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._start_data,
            "on_part_data": self._add_data,
            "on_part_end": self._end,
        }

    def drop(self) -> None:
        """Free the memory of a form that is refused."""
        self.parts, self._data = [], BytesIO()

    def _begin(self) -> None:
        self._headers = {}

    def _add_to_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _add_to_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _start_data(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        if b"name" not in options:
            raise Refusal(
                refusals.BAD_FORM,
                "the form cannot be read: a part has no Content-Disposition header with a name",
            )
        self._name = _text(options[b"name"])
        self._named_file = b"filename" in options
        self._data, self.inside = BytesIO(), True
        if self._name == self._field:
            self._files += 1
            if self._files > self._max_files:
                limit = f"send at most {self._max_files}" if self._max_files > 1 else "send one"
                raise Refusal(refusals.TOO_MANY_IMAGES, f"too many images at once: {limit}")
        else:
            self._fields += 1
            if self._fields > MAX_FIELDS:
                raise Refusal(refusals.BAD_FORM, f"the form has more than {MAX_FIELDS} fields")

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._name == self._field and self._disk is not None:
            self._disk.write(memoryview(data)[start:end])
            self._data.write(data[start:end][: HEAD - self._data.tell()])
        elif self._name == self._field:
            self._data.write(memoryview(data)[start:end])
        elif self._name in self._others and not self._named_file:
            self._data.write(memoryview(data)[start:end])
            if self._data.tell() > MAX_FIELD_BYTES:
                said = f"the field {self._name!r} is over {MAX_FIELD_BYTES} bytes"
                raise Refusal(refusals.BAD_FORM, said)

    def _end(self) -> None:
        data, self._data, self.inside = self._data.getvalue(), BytesIO(), False
        encoding = self._headers.get(b"content-transfer-encoding", b"").strip().lower()
        if self._disk is not None and self._name == self._field and encoding not in AS_IT_IS:
            named = _text(encoding)[:40]
            said = f"the file has the transfer encoding {named!r}: send its bytes as they are"
            raise Refusal(refusals.BAD_FORM, said)
        self.parts.append(Part(self._name, self._named_file, _decode(data, encoding)))


def _decode(data: bytes, encoding: bytes) -> bytes:
    if encoding in AS_IT_IS:
        return data
    if encoding != b"base64":
        named = _text(encoding)[:40]
        said = f"a part has the transfer encoding {named!r}: send its bytes as they are"
        raise Refusal(refusals.BAD_FORM, said)
    try:
        return binascii.a2b_base64(data.translate(None, b" \t\r\n"), strict_mode=True)
    except binascii.Error:
        said = "a part says that it is base64, and is not: send its bytes as they are"
        raise Refusal(refusals.BAD_FORM, said) from None


def _boundary(request: Request) -> bytes:
    _, options = parse_options_header(request.headers["content-type"])
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise Refusal(
            refusals.BAD_FORM,
            "the Content-Type names no boundary: do not set this header, so that the client makes "
            "it together with the form",
        )
    return boundary


def _text(said: bytes) -> str:
    try:
        return said.decode()
    except UnicodeDecodeError:
        return said.decode("latin-1")


def _unreadable(error: FormParserError) -> Refusal:
    said = " ".join(str(error).split())[:120]
    hint = "its lines end with CR LF; most HTTP libraries can make one"
    return Refusal(refusals.BAD_FORM, f"the form cannot be read: {said} ({hint})")
