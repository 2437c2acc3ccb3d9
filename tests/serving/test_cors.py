"""Web pages of other origins: which of them may read answers and refusals."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from signs.serving.http.asgi import Message
from signs.serving.http.cors import Cors
from signs.serving.http.guard import Guard
from signs.serving.settings import Settings
from tests.serving.cases import B64
from tests.serving.direct import Client, ask, read_all, scope
from tests.serving.server import serve
from tests.ui.browser import OPTIONS

HERE, THERE = b"https://here.example", b"https://there.example"
ALLOWED = b"access-control-allow-origin"


def app(*origins: str, **limits: Any) -> Cors:
    return Cors(Guard(read_all, Settings(**limits)), origins or (HERE.decode(),))


def asked(path: str, *headers: tuple[bytes, bytes], origin: bytes = HERE, **limits: Any) -> Client:
    async def check() -> Client:
        client = Client(bytes(900))
        await ask(app(**limits), client, path, (b"origin", origin), *headers)
        return client

    return asyncio.run(check())


REFUSED = [
    ("/predict", [(b"content-length", b"40000000")], {}, 413),
    ("/predict", [], {"max_body_mb": 0.0001}, 413),
    ("/predict/", [], {}, 404),
    ("/predict_batch/", [(b"content-type", b"text/plain")], {}, 404),
    ("/predict", [(b"content-encoding", b"gzip")], {}, 400),
]


@pytest.mark.parametrize(("path", "headers", "limits", "status"), REFUSED)
def test_refusals_of_the_guard_carry_the_header(
    path: str, headers: list[tuple[bytes, bytes]], limits: dict[str, Any], status: int
) -> None:
    client = asked(path, *headers, **limits)
    assert (client.status, client.headers[ALLOWED]) == (status, HERE)
    assert b"access-control-allow-credentials" not in client.headers
    other = asked(path, *headers, origin=THERE, **limits)
    assert other.status == status
    assert ALLOWED not in other.headers
    assert other.headers[b"vary"] == b"Origin"


def test_a_slow_and_a_surplus_request_carry_the_header() -> None:
    async def check() -> None:
        gate = asyncio.Event()

        async def never() -> Message:
            await gate.wait()
            raise AssertionError

        guarded = app(max_in_flight=1, body_timeout_s=0.2)
        slow = [Client() for _ in range(4)]
        posted = scope("/predict", "POST", (b"origin", HERE))
        tasks = [asyncio.ensure_future(guarded(posted, never, c.send)) for c in slow]
        await asyncio.sleep(0)
        surplus = Client()
        await ask(guarded, surplus, "/predict", (b"origin", HERE))
        await asyncio.gather(*tasks)
        assert (surplus.status, surplus.headers[ALLOWED]) == (429, HERE)
        assert surplus.headers[b"access-control-expose-headers"] == b"Retry-After"
        assert {(c.status, c.headers[ALLOWED]) for c in slow} == {(408, HERE)}

    asyncio.run(check())


def preflight(origin: bytes, method: bytes = b"POST", *origins: str) -> Client:
    async def check() -> Client:
        client = Client()
        headers = (
            (b"origin", origin),
            (b"access-control-request-method", method),
            (b"access-control-request-headers", b"content-type,x-requested-with"),
            (b"access-control-request-private-network", b"true"),
        )
        cors = app(*origins)
        await cors(scope("/predict", "OPTIONS", *headers), client.receive, client.send)
        return client

    return asyncio.run(check())


def test_a_preflight_reads_no_body_and_says_what_is_allowed() -> None:
    client = preflight(HERE)
    assert (client.status, client.asked, client.headers[ALLOWED]) == (200, 0, HERE)
    assert b"content-type" in client.headers[b"access-control-allow-headers"]
    assert preflight(THERE, b"POST", "*").headers[ALLOWED] == b"*"


def test_a_refused_preflight_has_the_shape_of_all_errors() -> None:
    wrong = preflight(THERE)
    assert (wrong.status, wrong.code) == (403, "wrong_origin")
    assert ALLOWED not in wrong.headers
    method = preflight(HERE, b"PUT")
    assert (method.status, method.code) == (405, "wrong_method")


class _Empty(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def other_origin() -> Iterator[str]:
    """The address of an empty page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Empty) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


FETCH = """async ([url, kind, text]) => {
    const picture = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    const options = {method: "POST", body: picture, headers: {"content-type": kind}};
    if (kind === "form") {
        delete options.headers;
        options.body = new FormData();
        options.body.append("image", new Blob([picture]));
    }
    try {
        const answer = await fetch(url, options);
        const said = await answer.json();
        return [answer.status, said.error ? said.error.code : said.classes.length];
    } catch (error) {
        return [0, error.name];
    }
}"""


@pytest.mark.slow
def test_a_page_in_a_browser_reads_answers_and_refusals(model_file: Path, tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Debian's chromium")
    with (
        other_origin() as here,
        other_origin() as there,
        serve(
            tmp_path / "log.txt", model_file, workers=1, cors_origins=here, max_body_mb=1
        ) as service,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        page = browser.new_page()

        def fetch(page: Page, path: str, kind: str, text: str = B64) -> list[Any]:
            found: list[Any] = page.evaluate(FETCH, [service.url + path, kind, text])
            return found

        page.goto(here)
        assert fetch(page, "/predict", "form") == [200, 3]
        assert fetch(page, "/predict", "image/png") == [200, 3]  # after a preflight
        assert fetch(page, "/predict", "application/json") == [415, "not_multipart"]
        assert fetch(page, "/predict/", "form") == [404, "not_found"]
        assert fetch(page, "/predict", "form", "AAAA" * 400_000) == [413, "body_too_large"]
        assert fetch(page, "/predict", "image/png", "AAAA" * 400_000) == [413, "body_too_large"]
        page.goto(there)
        assert fetch(page, "/predict", "form") == [0, "TypeError"]
        assert fetch(page, "/predict", "image/png") == [0, "TypeError"]
        browser.close()
    assert "Traceback" not in (tmp_path / "log.txt").read_text()
