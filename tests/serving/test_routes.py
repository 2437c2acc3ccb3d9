"""The table of routes: what is in it is known everywhere, and what answers is in it."""

import asyncio
import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from prometheus_client import REGISTRY
from pydantic import BaseModel
from starlette.requests import Request

from signs.serving import refusals
from signs.serving.fields import File, TopK
from signs.serving.forms import Form
from signs.serving.http.guard import Guard
from signs.serving.openapi import document
from signs.serving.refusals import Refusal
from signs.serving.routes import ROUTES, Media, Route
from signs.serving.settings import Settings
from tests.serving.direct import Client, read_all, scope

HEALTH = {"/livez", "/readyz"}  # BentoML answers these


class FakeForm(Form):
    """A clip, and how many classes to name."""

    clip: File
    top_k: TopK = 2


class FakeAnswer(BaseModel):
    """What a clip shows."""

    frames: int


FAKE = Route("/fake", "POST", "Name the signs in a clip", FakeAnswer, "operation", FakeForm,
             (refusals.BAD_IMAGE,))  # fmt: skip
TABLE = {**ROUTES, FAKE.path: FAKE}


def post(path: str, body: bytes, query: bytes = b"") -> Client:
    """Post to a guard that has the table with the fake route in it."""

    async def check() -> Client:
        client = Client(body)
        guard = Guard(read_all, Settings(max_body_mb=0.001), TABLE)
        await guard(scope(path, "POST", query=query), client.receive, client.send)
        return client

    return asyncio.run(check())


def counted(path: str, status: str, code: str) -> float:
    labels = {"path": path, "status": status, "code": code}
    return REGISTRY.get_sample_value("signs_requests_total", labels) or 0.0


def test_the_guard_limits_an_entry_of_the_table() -> None:
    assert post("/fake", bytes(900)).status == 200
    refused = post("/fake", bytes(1100))
    assert (refused.status, refused.code) == (413, "body_too_large")
    refused = post("/fake", b"", query=b"top_k=3")
    assert (refused.status, refused.code) == (400, "unknown_parameter")
    # A path that is not in the table goes to the service, which answers 404.
    assert post("/elsewhere", bytes(1100), query=b"top_k=3").status == 200


def test_telemetry_counts_an_entry_of_the_table_by_its_path() -> None:
    fake, other = counted("/fake", "200", ""), counted("other", "200", "")
    post("/fake", b"")
    post("/elsewhere", b"")
    assert counted("/fake", "200", "") == fake + 1
    assert counted("other", "200", "") == other + 1
    assert counted("/elsewhere", "200", "") == 0


def test_the_document_describes_an_entry_of_the_table() -> None:
    described = document(TABLE, num_classes=43, max_batch=8)
    operation = described["paths"]["/fake"]["post"]
    schema = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert schema["required"] == ["clip"]
    assert schema["properties"]["clip"]["format"] == "binary"
    top_k = schema["properties"]["top_k"]
    assert (top_k["minimum"], top_k["maximum"], top_k["default"]) == (1, 43, 2)
    assert set(operation["responses"]) == {
        "200", "400", "408", "413", "415", "422", "429", "500",
    }  # fmt: skip
    examples = operation["responses"]["400"]["content"]["application/json"]["examples"]
    assert {"bad_top_k", "missing_field", "unknown_parameter"} <= set(examples)
    assert "FakeAnswer" in described["components"]["schemas"]
    assert "/fake" not in document(ROUTES, num_classes=43, max_batch=8)["paths"]


def read_fake_form(*fields: tuple[str, str, bytes], step: int = 2**16) -> FakeForm:
    parts = (
        f'--b\r\nContent-Disposition: form-data; name="{name}"{rest}\r\n\r\n'.encode()
        + data
        + b"\r\n"
        for name, rest, data in fields
    )
    body = b"".join(parts) + b"--b--\r\n"
    client = Client(*[body[start : start + step] for start in range(0, len(body), step)])
    request = Request(scope("/fake", "POST"), client.receive)
    return asyncio.run(FakeForm.from_http_request(request, None))


def test_a_form_is_read_by_its_declaration() -> None:
    clip = ("clip", '; filename="a.mp4"', b"frames")
    form = read_fake_form(clip)
    assert (form.clip, form.top_k) == (b"frames", 2)
    assert read_fake_form(clip, ("top_k", "", b"7")).top_k == 7
    frames = b"\r\n--b\r--\n\x00--b--" * 9
    for step in range(1, 9):  # however the network cuts it
        form = read_fake_form(("clip", "", frames), ("top_k", "", b"7"), step=step)
        assert (form.clip, form.top_k) == (frames, 7)
    wrong = [
        ((clip, ("top_k", "", b"0")), "bad_top_k"),
        ((clip, ("image", "", b"x")), "unknown_field"),
        ((clip, clip), "too_many_images"),
        ((clip, ("top_k", "", b"1" * 1025)), "bad_form"),
        ((clip, *[(f"f{n}", "", b"") for n in range(9)]), "bad_form"),
        ((("clip", "", b"http://x/"),), "not_a_file"),
        ((("top_k", "", b"1"),), "missing_field"),
    ]
    for fields, code in wrong:
        with pytest.raises(Refusal) as refusal:
            read_fake_form(*fields)
        assert refusal.value.kind.code == code


@pytest.fixture(scope="module")
def service(model_file: Path) -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIGNS_MODEL", str(model_file))
        patch.setenv("SIGNS_DETECTOR", "none")
        yield importlib.import_module("service")
    del sys.modules["service"]


def test_the_service_answers_what_the_table_has_and_nothing_else(service: ModuleType) -> None:
    apis = {api.route: api for api in service.TrafficSigns.apis.values()}
    ((pages, mounted_at, _),) = service.TrafficSigns.mount_apps
    assert mounted_at == "/"
    read = {page.path: page.methods - {"HEAD"} for page in pages.routes}
    assert not set(apis) & set(read)
    assert set(apis) | set(read) | HEALTH == set(ROUTES)
    assert set(apis) == {route.path for route in ROUTES.values() if route.form}
    for path, methods in read.items():
        assert methods == {ROUTES[path].method}
    for path, api in apis.items():
        route = ROUTES[path]
        assert route.method == "POST"  # BentoML has no other
        assert route.form is not None
        assert api.input_spec is route.form
        assert set(inspect.signature(api.func).parameters) - {"self"} == set(
            api.input_spec.model_fields
        )
        if isinstance(route.success, Media):
            assert api.output_spec.mime_type() == route.success.media_type
        else:
            assert set(api.output_spec.model_fields) == set(route.success.model_fields)
