"""What bad requests are made of."""

import base64
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import httpx
from PIL import Image

from tests.serving.conftest import LIMITS, picture
from tests.serving.server import free_port

PNG, JPEG = picture("PNG"), picture("JPEG")
BOUNDARY = "b0undary"
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


@dataclass(frozen=True)
class Case:
    """A request, with `options` of httpx, and the status and code of the answer."""

    name: str
    status: int
    code: str
    path: str = "/predict"
    method: str = "POST"
    options: dict[str, Any] = field(default_factory=dict)


def upload(name: str, status: int, code: str, data: bytes, **fields: str) -> Case:
    """An image, and other fields, posted to `/predict`."""
    return Case(name, status, code, options={"files": {"image": data}, "data": fields})


def raw(name: str, status: int, code: str, *parts: bytes, end: bytes = b"--\r\n") -> Case:
    """A hand-made body of parts."""
    mark = b"--" + BOUNDARY.encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + end
    return Case(name, status, code, options={"content": body, "headers": FORM})


def part(name: str, data: bytes, rest: str = '; filename="a.png"') -> bytes:
    return f'Content-Disposition: form-data; name="{name}"{rest}\r\n\r\n'.encode() + data


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG file with any width and height in its header, and hardly any pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def encoded(kind: str, size: tuple[int, int], **options: Any) -> bytes:
    stream = BytesIO()
    Image.new("RGB", size).save(stream, kind, **options)
    return stream.getvalue()


def bmp(width: int, height: int) -> bytes:
    data = bytearray(encoded("BMP", (8, 8)))
    data[18:26] = struct.pack("<ii", width, height)
    return bytes(data)


class Chunks(httpx.SyncByteStream):
    """A body without a length."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts


def chunked(size: int) -> Chunks:
    head = f"--{BOUNDARY}\r\n".encode() + part("image", b"")
    return Chunks([head, *[bytes(65536)] * (size // 65536)])


TOO_MUCH = int(LIMITS["max_body_mb"] * 1e6) + 1
TEXT = b"a shopping list"
# A test listens there, to notice if the server follows a link.
LISTENER = ("127.0.0.1", free_port())
LINK = f"http://{LISTENER[0]}:{LISTENER[1]}/picture.png"

B64 = base64.b64encode(PNG).decode()
DATA_URL = f"data:image/png;base64,{B64}"


def body(content: bytes | str, kind: str) -> dict[str, Any]:
    """Options for a body without a form."""
    return {"content": content, "headers": {"content-type": kind}}
