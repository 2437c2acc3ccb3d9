import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from ui.client import Service, ServiceError, in_a_sentence


@contextmanager
def answering(status: int, kind: str, body: bytes) -> Iterator[Service]:
    """A server that answers every request in the same way."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever).start()
        yield Service(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


CALLS: list[Callable[[Service], object]] = [
    lambda service: service.card(),
    lambda service: service.predict(b"x"),
    lambda service: service.predict_batch([b"x"]),
    lambda service: service.explain(b"x"),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "application/json", b"{}"),
        (200, "application/json", b"[1]"),
        (200, "application/json", b'{"results": []}'),
        (200, "text/html", b"<p>hello"),
        (200, "image/gif", b"\xff\xfe"),
        (404, "text/html", b"<p>no"),
        (500, "application/json", b'"oh"'),
    ],
)
def test_other_servers_are_told_from_the_service(
    status: int, kind: str, body: bytes, call: Callable[[Service], object]
) -> None:
    with (
        answering(status, kind, body) as service,
        pytest.raises(ServiceError, match="is not the traffic sign service"),
    ):
        call(service)


def test_a_refusal_says_whether_less_would_do() -> None:
    body = b'{"error": {"code": "x", "message": "too much: send less"}}'
    for status, too_much in ((413, True), (400, True), (429, False), (422, False)):
        with (
            answering(status, "application/json", body) as service,
            pytest.raises(ServiceError, match=r"^Too much: send less\.$") as refused,
        ):
            service.predict(b"x")
        assert refused.value.too_much is too_much


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("localhost:3000", "must begin with http://"),
        ("", "must begin with http://"),
        ("http://a..b", "."),
        ("http://" + "a" * 70, "."),
        ("http://xn--a", "."),
        ("http://[::1", "is not a valid address"),
        ("http://127.0.0.1:99999999", "."),
    ],
)
def test_odd_addresses_are_a_sentence(url: str, said: str) -> None:
    with pytest.raises(ServiceError) as refused:
        Service(url).card()
    assert said in str(refused.value)


def test_a_service_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.client.STATE_TIMEOUT", httpx.Timeout(0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and never answers
        service = Service(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(ServiceError, match="took too long to answer: it may be busy"):
            service.card()


def test_sentences() -> None:
    assert in_a_sentence({"error": {"message": "no."}}) == "No."
    assert in_a_sentence({}) == "The service refused the request, and did not say why."
