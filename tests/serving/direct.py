"""Requests to an ASGI application in this process, without a server."""

import json
from collections.abc import Awaitable

from signs.serving.http.asgi import App, Message, Receive, Scope, Send

FORM = (b"content-type", b"multipart/form-data; boundary=b")


def scope(path: str, method: str, *headers: tuple[bytes, bytes], query: bytes = b"") -> Scope:
    return {
        "type": "http", "path": path, "method": method, "query_string": query,
        "headers": [FORM, *headers],
    }  # fmt: skip


class Client:
    """Sends a body in parts and keeps the answer.

    Attributes:
        received: messages from the server.
        asked: how many parts the server has asked for.
    """

    def __init__(self, *parts: bytes) -> None:
        self._parts = list(parts) or [b""]
        self.received: list[Message] = []
        self.asked = 0

    async def receive(self) -> Message:
        self.asked += 1
        body = self._parts.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(self._parts)}

    async def send(self, message: Message) -> None:
        self.received.append(message)

    @property
    def status(self) -> int:
        return int(self.received[0]["status"])

    @property
    def code(self) -> str:
        return str(json.loads(self.received[-1]["body"])["error"]["code"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.received[0]["headers"])


async def read_all(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that reads the body and answers with a success."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def ask(
    app: App, client: Client, path: str = "/predict", *headers: tuple[bytes, bytes]
) -> Awaitable[None]:
    """Post a client's body to an upload's path, or get any other one."""
    method = "POST" if path.startswith("/predict") else "GET"
    return app(scope(path, method, *headers), client.receive, client.send)
