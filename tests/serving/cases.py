"""Bad requests, and how the service must answer each."""

import base64
import gzip
import json
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


CASES = [
    # The form.
    Case("no body", 415, "not_multipart"),
    Case("json", 415, "not_multipart", options={"json": {"image": "x"}}),
    Case("json with a picture", 415, "not_multipart", "/explain", options={"json": {"image": B64}}),
    Case("an API's json", 415, "not_multipart", options=body(b"{}", "application/vnd.api+json")),
    Case("a film", 415, "not_multipart", options=body(PNG, "video/mp4")),
    Case("an image where a batch is taken", 415, "not_multipart", "/predict_batch",
         options=body(PNG, "image/png")),
    Case("bytes where a batch is taken", 415, "not_multipart", "/predict_batch",
         options={"content": PNG}),
    Case("no body with a type", 422, "bad_image", options=body(b"", "image/png")),
    Case("text with an image's type", 415, "unknown_format", options=body(TEXT, "image/jpeg")),
    Case("half an image without a form", 422, "bad_image", "/explain",
         options=body(JPEG[: len(JPEG) // 2], "image/jpeg")),
    Case("base64 with an image's type", 415, "unknown_format", options=body(B64, "image/png")),
    Case("a link with an image's type", 415, "unknown_format", options=body(LINK, "image/png")),
    Case("a large body without a form", 413, "body_too_large",
         options=body(bytes(TOO_MUCH), "image/png")),
    Case("a large body of unknown length without a form", 413, "body_too_large",
         options={"content": chunked(3 * TOO_MUCH), "headers": {"content-type": "image/png"}}),
    Case("a query for a body without a form", 400, "unknown_parameter", "/predict?top_k=3",
         options=body(PNG, "image/png")),
    Case("a compressed form", 400, "bad_form",
         options={"content": gzip.compress(PNG), "headers": FORM | {"content-encoding": "gzip"}}),
    Case("a compressed image", 400, "bad_form",
         options={"content": gzip.compress(PNG),
                  "headers": {"content-type": "image/png", "content-encoding": "gzip"}}),
    Case("a pickle", 415, "not_multipart",
         options={"content": b"\x80\x04N.",
                  "headers": {"content-type": "application/vnd.bentoml+pickle"}}),
    Case("a form without files", 415, "not_multipart", options={"data": {"image": "x"}}),
    Case("no boundary", 400, "bad_form",
         options={"content": b"x", "headers": {"content-type": "multipart/form-data"}}),
    Case("an empty boundary", 400, "bad_form",
         options={"content": b"x", "headers": {"content-type": "multipart/form-data; boundary="}}),
    Case("a long boundary", 400, "bad_form",
         options={"content": b"x",
                  "headers": {"content-type": "multipart/form-data; boundary=" + "b" * 3000}}),
    Case("another boundary", 400, "bad_form", options={"content": b"--other\r\n", "headers": FORM}),
    Case("an empty form", 400, "missing_field", options={"content": b"", "headers": FORM}),
    raw("a form without parts", 400, "missing_field", end=b"--\r\n"),
    raw("no end", 400, "missing_field", part("image", PNG), end=b""),
    raw("no name", 400, "bad_form", b"Content-Disposition: form-data\r\n\r\nx"),
    raw("no disposition", 400, "bad_form", b"Content-Type: image/png\r\n\r\nx"),
    raw("a broken header", 400, "bad_form", b"Content-Disposition\x00: form-data\r\n\r\nx"),
    raw("a header without end", 400, "bad_form", b"Content-Disposition: " + b"a" * 20000),
    raw("fields without end", 400, "bad_form", *[part(f"f{i}", b"", "") for i in range(50)]),
    raw("a field of a megabyte", 400, "bad_form", part("top_k", b"1" * 500_000, "")),
    Case("the wrong field", 400, "unknown_field", options={"files": {"file": PNG}}),
    Case("the batch's field", 400, "unknown_field", options={"files": {"images": PNG}}),
    Case("no image", 400, "missing_field", options={"files": {"top_k": (None, "3")}}),
    upload("an unknown field", 400, "unknown_field", PNG, size="3"),
    upload("an unknown field with odd letters", 400, "unknown_field", PNG, **{"ä\n<b>": "3"}),
    Case("two images", 400, "too_many_images", options={"files": [("image", PNG), ("image", PNG)]}),
    # Text in a field for files: nothing is fetched.
    Case("a link", 400, "not_a_file", options={"files": {"image": (None, LINK)}}),
    Case("a quoted link", 400, "not_a_file", options={"files": {"image": (None, f'"{LINK}"')}}),
    Case("a path", 400, "not_a_file", options={"files": {"image": (None, "/etc/passwd")}}),
    Case("a link to a file", 400, "not_a_file",
         options={"files": {"image": (None, "file:///etc/passwd")}}),
    Case("a link among images", 400, "not_a_file", "/predict_batch",
         options={"files": [("images", PNG), ("images", (None, LINK))]}),
    *[Case(f"{name} in the field", 400, "not_a_file", options={"files": {"image": (None, text)}})
      for name, text in (("nothing", ""), ("base64", B64), ("a data URL", DATA_URL),
                         ("JSON", json.dumps({"image": B64})), ("umlauts", "über" * 600))],
    *[upload(f"{name} in the file", 415, "unknown_format", text.encode())
      for name, text in (("base64", B64), ("a data URL", DATA_URL), ("a link", LINK))],
    raw("a part in quoted-printable", 400, "bad_form",
        part("image", PNG, '; filename="a"\r\nContent-Transfer-Encoding: quoted-printable')),
    raw("a part that is not the base64 that it says", 400, "bad_form",
        part("image", PNG, '; filename="a"\r\nContent-Transfer-Encoding: base64')),
    raw("many headers in a part", 400, "bad_form",
        part("image", PNG, '; filename="a"' + "".join(f"\r\nX-{n}: x" for n in range(50)))),
    # top_k.
    *[upload(f"top_k {said!r}", 400, "bad_top_k", PNG, top_k=said)
      for said in ("0", "-1", "44", "1000000000", "9" * 500, "1.5", "three", "", "null", "[1]",
                   "true", "1e1", "٣", "0x3", "NaN")],
    Case("top_k as a file", 400, "bad_top_k", options={"files": {"image": PNG, "top_k": b"3"}}),
    raw("top_k twice", 400, "bad_top_k", part("image", PNG), part("top_k", b"1", ""),
        part("top_k", b"2", "")),
    # Parameters of the query.
    Case("top_k in the query", 400, "unknown_parameter", "/predict?top_k=3",
         options={"files": {"image": PNG}}),
    Case("anything in the query", 400, "unknown_parameter", "/predict_batch?%00",
         options={"files": {"images": PNG}}),
    Case("a query for the model", 400, "unknown_parameter", "/model?x=1", "GET"),
    # Paths and methods.
    Case("no such path", 404, "not_found", "/recognize"),
    Case("a path upwards", 404, "not_found", "/static_content/..%2f..%2f..%2fservice.py", "GET"),
    Case("a hidden file", 404, "not_found", "/.env", "GET"),
    Case("a slash too many", 404, "not_found", "/predict/", options={"files": {"image": PNG}}),
    Case("a path too long", 404, "not_found", "/predict/sign"),
    Case("a picture to get", 405, "wrong_method", method="GET"),
    Case("a picture to put", 405, "wrong_method", method="PUT", options={"files": {"image": PNG}}),
    Case("a model to post", 405, "wrong_method", "/model"),
    Case("a model to delete", 405, "wrong_method", "/model", "DELETE"),
    # Files that are not images.
    upload("no bytes", 422, "bad_image", b""),
    upload("text", 415, "unknown_format", TEXT),
    upload("one byte", 415, "unknown_format", b"\0"),
    upload("zeros", 415, "unknown_format", bytes(5000)),
    upload("a page", 415, "unknown_format", b"<!DOCTYPE html><html></html>"),
    upload("a drawing", 415, "unknown_format", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    upload("a document", 415, "unknown_format", b"%PDF-1.7\n%\xe2\xe3"),
    upload("a PostScript file", 415, "unknown_format", encoded("EPS", (9, 9))),
    upload("an icon", 415, "unknown_format", encoded("ICO", (16, 16))),
    upload("an archive", 415, "unknown_format", b"PK\x03\x04" + bytes(60)),
    upload("a TIFF", 415, "unknown_format", picture("TIFF")),
    upload("a video", 415, "unknown_format", b"\0\0\0\x18ftypisom" + bytes(60)),
    upload("a raw picture", 415, "unknown_format", b"\0\0\0\x18ftypcrx " + bytes(60)),
    upload("a JPEG 2000 picture", 415, "unknown_format", encoded("JPEG2000", (9, 9))),
    upload("a pointer", 415, "unknown_format", b"version https://git-lfs.github.com/spec/v1"),
    upload("a program", 415, "unknown_format", b"\x7fELF" + bytes(60)),
    # Broken images.
    upload("the first bytes of a PNG", 422, "bad_image", PNG[:20]),
    upload("the head of a JPEG", 422, "bad_image", JPEG[:20]),
    upload("half a PNG", 422, "bad_image", PNG[: len(PNG) // 2]),
    upload("half a JPEG", 422, "bad_image", JPEG[: len(JPEG) // 2]),
    upload("half an AVIF", 422, "bad_image", picture("AVIF")[:400]),
    upload("half a HEIC", 422, "bad_image", picture("HEIF")[:400]),
    upload("a HEIC of nothing", 422, "bad_image", b"\0\0\0\x18ftypheic" + bytes(60)),
    upload("a HEIC of wrong bytes", 422, "bad_image",
           picture("HEIF")[:60] + bytes(range(256)) * 4),
    upload("an AVIF of nothing", 422, "bad_image", b"\0\0\0\x18ftypavif" + bytes(60)),
    upload("half a WebP", 422, "bad_image", picture("WEBP")[:300]),
    upload("half a GIF", 422, "bad_image", picture("GIF", mode="L")[:900]),
    upload("half a BMP", 422, "bad_image", picture("BMP")[:500]),
    upload("half a PPM", 422, "bad_image", picture("PPM")[:500]),
    upload("a PNG with no pixels", 422, "bad_image", png(50, 50)),
    upload("a wrong checksum", 422, "bad_image", PNG[:30] + b"\xff" + PNG[31:]),
    upload("a RIFF of sound", 415, "unknown_format", b"RIFF\x24\0\0\0WAVEfmt " + bytes(40)),
    upload("a JPEG with a thousand scans", 422, "bad_image", JPEG[:-2] + b"\xff\xda" * 1000),
    upload("a million empty segments", 422, "bad_image", JPEG[:2] + b"\xff\xe0\0\2" * 200_000),
    upload("bytes that never start", 422, "bad_image", JPEG[:2] + b"\xff" * 900_000),
    upload("a large plain PPM", 422, "bad_image", b"P3 900 900 255\n" + b"1 " * 400_000),
    # Sizes.
    upload("a zero-sized PNG", 422, "bad_image", png(0, 0)),
    upload("a zero-sized BMP", 422, "bad_image", bmp(0, 0)),
    upload("a negative BMP", 422, "bad_image", bmp(-9, 9)),
    upload("a zero-sized PPM", 422, "bad_image", b"P6 0 0 255\n"),
    upload("a PPM with letters", 422, "bad_image", b"P6 ten ten 255\n"),
    upload("a speck", 422, "bad_image", encoded("PNG", (1, 1))),
    upload("a line", 422, "bad_image", encoded("PNG", (2000, 1))),
    upload("a bomb", 422, "bad_image", encoded("PNG", (2500, 2500))),
    upload("a bomb's header", 422, "bad_image", png(2**31 - 1, 2**31 - 1)),
    upload("a large header of a BMP", 422, "bad_image", bmp(2**30, 2**30)),
    upload("a progressive bomb", 422, "bad_image", encoded("JPEG", (2500, 2500), progressive=True)),
    upload("a bomb of a GIF", 422, "bad_image", encoded("GIF", (3000, 3000))),
    # Bodies.
    upload("a body over the limit", 413, "body_too_large", bytes(TOO_MUCH)),
    Case("a batch over the limit", 413, "body_too_large", "/predict_batch",
         options={"files": [("images", bytes(TOO_MUCH))]}),
    Case("a body without a length, over the limit", 413, "body_too_large",
         options={"content": chunked(3 * TOO_MUCH), "headers": FORM}),
    # Explanations.
    Case("text to explain", 400, "not_a_file", "/explain",
         options={"files": {"image": (None, "x")}}),
    Case("top_k for an explanation", 400, "unknown_field", "/explain",
         options={"files": {"image": PNG}, "data": {"top_k": "3"}}),
    Case("text as a file to explain", 415, "unknown_format", "/explain",
         options={"files": {"image": b"hello"}}),
    Case("half a picture to explain", 422, "bad_image", "/explain",
         options={"files": {"image": PNG[:99]}}),
    # Scenes.
    *[Case(f"min_score {said!r}", 400, "bad_min_score", path,
           options={"files": {field: PNG}, "data": {"min_score": said}})
      for path, field in (("/detect", "image"), ("/detect_batch", "images"))
      for said in ("-0.1", "1.01", "2", "", ".", "1e-3", "NaN", "inf", "0,5", "٠", "9" * 500)],
    Case("min_score as a file", 400, "bad_min_score", "/annotate",
         options={"files": {"image": PNG, "min_score": b"0"}}),
    Case("top_k for a scene", 400, "unknown_field", "/detect",
         options={"files": {"image": PNG}, "data": {"top_k": "3"}}),
    Case("a query for a scene", 400, "unknown_parameter", "/annotate?min_score=0",
         options={"files": {"image": PNG}}),
    Case("scenes for one", 400, "too_many_images", "/detect",
         options={"files": [("image", PNG), ("image", PNG)]}),
    Case("scenes without a form", 415, "not_multipart", "/detect_batch",
         options=body(PNG, "image/png")),
    Case("no scenes", 400, "missing_field", "/detect_batch",
         options={"files": {"min_score": (None, "0")}}),
    *[Case(f"{name} to {path[1:]}", status, code, path, options={"files": {"image": data}})
      for path in ("/detect", "/annotate")
      for name, status, code, data in (
          ("no bytes", 422, "bad_image", b""),
          ("text", 415, "unknown_format", TEXT),
          ("a link", 415, "unknown_format", LINK.encode()),
          ("half a JPEG", 422, "bad_image", JPEG[: len(JPEG) // 2]),
          ("one pixel", 422, "bad_image", encoded("PNG", (1, 1))),
          ("20,000 x 1", 422, "bad_image", encoded("PNG", (20_000, 1))),
          ("a bomb", 422, "bad_image", encoded("PNG", (2500, 2500))),
          ("a bomb's header", 422, "bad_image", png(2**31 - 1, 2**31 - 1)),
          ("a film", 415, "unknown_format", b"\0\0\0\x18ftypisom" + bytes(60)))],
    # Clips.
    *[Case(f"{field} {said!r}", 400, f"bad_{field}", "/track",
           options={"files": {"clip": b"x"}, "data": {field: said}})
      for field, values in (("every", ("0", "-1", "1.5", "two", "", "1e3", "1000000000")),
                            ("max_seconds", ("0", "-1", "nan", "inf", "", "1e3", "0,5", "٣")))
      for said in values],
    Case("every as a file", 400, "bad_every", "/track",
         options={"files": {"clip": b"x", "every": b"2"}}),
    Case("top_k for a clip", 400, "unknown_field", "/track",
         options={"files": {"clip": b"x"}, "data": {"top_k": "3"}}),
    Case("an image for a clip", 400, "unknown_field", "/track", options={"files": {"image": PNG}}),
    Case("no clip", 400, "missing_field", "/track", options={"files": {"every": (None, "2")}}),
    Case("two clips", 400, "too_many_images", "/track",
         options={"files": [("clip", b"x"), ("clip", b"x")]}),
    Case("a path for a clip", 400, "not_a_file", "/track",
         options={"files": {"clip": (None, "/etc/passwd")}}),
    Case("a link in a clip's file", 415, "unknown_format", "/track",
         options={"files": {"clip": LINK.encode()}}),
    Case("an image without a form for a clip", 415, "not_multipart", "/track",
         options=body(PNG, "image/png")),
    Case("json for a clip", 415, "not_multipart", "/track", options={"json": {"clip": "x"}}),
    Case("a query for a clip", 400, "unknown_parameter", "/track?every=2",
         options={"files": {"clip": b"x"}}),
    Case("a compressed clip", 400, "bad_form", "/track",
         options={"content": gzip.compress(TEXT),
                  "headers": {"content-type": "video/mp4", "content-encoding": "gzip"}}),
    *[Case(f"{method} {rest} of no job", 404, "no_job", f"/track/{job}{rest}", method)
      for job in ("0" * 32, "x", "lock", "%00")
      for method, rest in (("GET", ""), ("GET", "/result"), ("GET", "/clip"), ("POST", "/cancel"))],
    Case("a job's path too long", 404, "not_found", "/track/x/clip/x", "GET"),
    Case("a job upwards", 404, "not_found", "/track/..%2Flock", "GET"),
    Case("another path of a job", 404, "not_found", "/track/x/frames", "GET"),
    Case("a query for a job", 400, "unknown_parameter", "/track/x?x=1", "GET"),
    Case("to get an end", 405, "wrong_method", "/track/x/cancel", "GET"),
    Case("to delete a job", 405, "wrong_method", "/track/x", "DELETE"),
    # Batches.
    Case("an empty batch", 400, "missing_field", "/predict_batch",
         options={"files": {"top_k": (None, "3")}}),
    Case("a batch too large", 400, "too_many_images", "/predict_batch",
         options={"files": [("images", PNG)] * (LIMITS["max_batch"] + 1)}),
    Case("a batch much too large", 400, "too_many_images", "/predict_batch",
         options={"files": [("images", b"")] * 500}),
    Case("a batch under the wrong name", 400, "unknown_field", "/predict_batch",
         options={"files": {"image": PNG}}),
    Case("a batch with a bad top_k", 400, "bad_top_k", "/predict_batch",
         options={"files": [("images", PNG)], "data": {"top_k": "0"}}),
]  # fmt: skip
