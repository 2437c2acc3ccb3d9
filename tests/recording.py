"""A server that writes down what it is asked: a proxy that should not be, or one that should."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PROXY_VARIABLES = (
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
)


@dataclass
class Recording:
    """A running server.

    Attributes:
        port: of 127.0.0.1.
        paths: that were asked for; of a proxy, whole addresses.
    """

    port: int
    paths: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def recording(status: int, body: bytes = b"") -> Iterator[Recording]:
    """A server with one answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            record.paths.append(self.path)
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_CONNECT = _answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        record = Recording(server.server_port)
        Thread(target=server.serve_forever).start()
        try:
            yield record
        finally:
            server.shutdown()
