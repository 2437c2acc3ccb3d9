"""Bodies as clients make them, and what a real server answers: the same to each."""

import base64
from dataclasses import dataclass, field

import httpx
import pytest

from tests.serving.cases import B64, BOUNDARY, FORM, JPEG, LINK, PNG, part
from tests.serving.conftest import picture
from tests.serving.server import Server

MARK = f"--{BOUNDARY}".encode()
DISPOSITION = b"Content-Disposition: form-data; name="
TOP_2 = b'Content-Disposition: form-data; name="top_k"\r\n\r\n2'


def form(*parts: bytes, before: bytes = b"", after: bytes = b"\r\n") -> bytes:
    return before + b"".join(MARK + b"\r\n" + p + b"\r\n" for p in parts) + MARK + b"--" + after


def headed(*headers: bytes, data: bytes = PNG) -> bytes:
    return b"\r\n".join(headers) + b"\r\n\r\n" + data


def typed(kind: str) -> dict[str, str]:
    return {"content-type": kind}


@dataclass(frozen=True)
class Body:
    """A body, and how many classes the answer to it names."""

    name: str
    content: bytes
    headers: dict[str, str] = field(default_factory=lambda: FORM)
    classes: int = 3


BODIES = [
    # A part of the file's field is a file, whatever its headers.
    Body("no file name", form(headed(DISPOSITION + b'"image"'))),
    Body("no file name, no quotes", form(headed(DISPOSITION + b"image"))),
    Body("no file name, a type",
         form(headed(DISPOSITION + b'"image"', b"Content-Type: image/png"))),
    Body("no file name, text's type",
         form(headed(DISPOSITION + b'"image"', b"Content-Type: text/plain; charset=utf-8"))),
    Body("no file name, a large picture",
         form(headed(DISPOSITION + b'"image"', data=picture("BMP", (500, 500))))),
    Body("no file name, a PPM of digits",
         form(headed(DISPOSITION + b'"image"', data=b"P3 8 8 255\n" + b"99 " * 192))),
    Body("no file name, and top_k", form(headed(DISPOSITION + b'"image"'), TOP_2), classes=2),
    Body("top_k first", form(TOP_2, headed(DISPOSITION + b'"image"')), classes=2),
    Body("an extended file name", form(part("image", PNG, "; filename*=UTF-8''%C3%A4.png"))),
    Body("both file names",
         form(part("image", PNG, "; filename=\"a.png\"; filename*=UTF-8''%C3%A4.png"))),
    Body("umlauts", form(part("image", PNG, '; filename="Größe ß.png"'))),
    Body("umlauts in Latin-1", form(headed(DISPOSITION + b'"image"; filename="Gr\xf6\xdfe.png"'))),
    Body("an empty file name", form(part("image", PNG, '; filename=""'))),
    Body("quotes and semicolons", form(part("image", PNG, r'; filename="a\"; name=\"x;.png"'))),
    Body("a path of Windows", form(part("image", PNG, r'; filename="C:\signs\a.png"'))),
    Body("capitals", form(headed(b'CONTENT-DISPOSITION: FORM-DATA; NAME="image"'))),
    *[Body(f"transfer encoding {encoding}",
           form(part("image", PNG, f"\r\nContent-Transfer-Encoding: {encoding}")))
      for encoding in ("binary", "8bit", "BINARY")],
    Body("base64 as mail has it",
         form(part("image", base64.encodebytes(PNG),
                   '; filename="a"\r\nContent-Transfer-Encoding: base64'))),
    Body("a part that says its length",
         form(part("image", PNG, f"\r\nContent-Length: {len(PNG)}"))),
    # The frame of the form.
    Body("a boundary in quotes", form(part("image", PNG)),
         typed(f'multipart/form-data; boundary="{BOUNDARY}"')),
    Body("a type in capitals", form(part("image", PNG)),
         typed(f"Multipart/Form-Data; BOUNDARY={BOUNDARY}")),
    Body("a charset", form(part("image", PNG)),
         typed(f"multipart/form-data; charset=utf-8; boundary={BOUNDARY}")),
    Body("lines before", form(part("image", PNG), before=b"\r\n\r\n")),
    Body("words behind", form(part("image", PNG), after=b"\r\nthe end\r\n\r\n")),
    Body("no line behind", form(part("image", PNG), after=b"")),
    Body("the picture holds the boundary", form(part("image", PNG + b"\r\n--b0undar\r\n--"))),
    Body("a coding that changes nothing", form(part("image", PNG)),
         FORM | {"content-encoding": "identity"}),
    # No form.
    *[Body(f"a picture as {kind}", JPEG, typed(kind))
      for kind in ("image/jpeg", "image/png", "IMAGE/JPEG", "image/*", "image/x-unknown",
                   "application/octet-stream", "image/jpeg; charset=binary")],
    Body("a picture without a type", JPEG, {}),
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.name)
def test_a_picture_is_taken_as_clients_send_it(client: httpx.Client, body: Body) -> None:
    for path in ("/predict", "/explain") if body.classes == 3 else ("/predict",):
        answer = client.post(path, content=body.content, headers=body.headers)
        assert answer.status_code == 200, answer.text
    answer = client.post("/predict", content=body.content, headers=body.headers)
    assert len(answer.json()["classes"]) == body.classes


def test_a_batch_takes_parts_without_file_names(client: httpx.Client) -> None:
    bare = headed(DISPOSITION + b'"images"')
    named = part("images", JPEG)
    broken = headed(DISPOSITION + b'"images"', data=PNG[:60])
    text = part("images", B64.encode())  # with a file name: an error in its place
    answer = client.post("/predict_batch", content=form(bare, named, broken, text), headers=FORM)
    codes = [r.get("error", {}).get("code") for r in answer.json()["results"]]
    assert codes == [None, None, "bad_image", "unknown_format"]


@pytest.mark.parametrize(
    ("path", "options", "said"),
    [
        ("/predict", {"files": {"image": (None, LINK)}}, "holds a link, which the service"),
        ("/predict", {"files": {"image": (None, f"data:image/png;base64,{B64}")}}, "a data URL"),
        ("/predict", {"files": {"image": (None, B64)}}, "a picture in base64"),
        ("/predict", {"files": {"image": B64.encode()}}, "a picture in base64"),
        ("/predict", {"files": {"image": f'"{B64[:300]}"'.encode()}}, "a picture in base64"),
        ("/predict", {"content": form(part("image", PNG)).replace(b"\r\n", b"\n"), "headers": FORM},
         "lines end with CR LF"),
        ("/predict", {"json": {"image": B64}}, "JSON came"),
        ("/predict", {"data": {"image": "x"}}, "which is what curl -d sends: try curl -F image=@"),
        ("/predict", {}, "no body: send a picture, as curl -F image=@photo.jpg does"),
        ("/predict_batch", {"content": PNG}, "in the field 'images': try curl -F images=@"),
        ("/predict", {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
         "names no boundary: do not set this header"),
        ("/predict", {"content": form(part("image", PNG))[:-60], "headers": FORM}, "is cut off"),
        ("/predict", {"content": PNG, "headers": {"content-encoding": "br"}},
         "has the Content-Encoding 'br': send it without"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(
    client: httpx.Client, path: str, options: dict[str, object], said: str
) -> None:
    message = client.post(path, **options).json()["error"]["message"]  # type: ignore[arg-type]
    assert said in message


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"content-type": "application/json"}, b"{}"),
        ({"content-type": "multipart/form-data"}, bytes(500_000)),
        (FORM, bytes(500_000)),
        (
            FORM,
            form(part("image", PNG), part("image", PNG), *[part(f"f{n}", b"") for n in range(20)]),
        ),
        (FORM | {"content-encoding": "gzip"}, bytes(500_000)),
        ({}, bytes(1_000_001)),
    ],
)
def test_a_connection_lives_on_after_a_refused_body(
    server: Server, headers: dict[str, str], content: bytes
) -> None:
    with httpx.Client(base_url=server.url) as client:
        refused = client.post("/predict", content=content, headers=headers)
        assert 400 <= refused.status_code < 500
        before = refused.extensions["network_stream"].get_extra_info("socket").getsockname()
        answer = client.post("/predict", content=PNG)
        after = answer.extensions["network_stream"].get_extra_info("socket").getsockname()
    assert answer.status_code == 200
    assert before == after
