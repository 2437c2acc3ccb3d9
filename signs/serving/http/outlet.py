"""Sending answers: every error leaves in one shape."""

from signs.serving.http.asgi import Message, Send
from signs.serving.refusals import OVERLOADED, ErrorBody, Refusal, in_one_shape

RETRY_AFTER = b"1"  # seconds
REPLACED = (b"content-length", b"content-type", b"retry-after")


class Outlet:
    """Passes one answer on to the server; a status of 400 or more gets our body.

    Attributes:
        status: of the answer; 0 before it has begun.
        code: the error's code; empty where the answer is a success.
        close: whether to close the connection after the answer, because the request's body was
            not read to its end.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._failed: Message | None = None
        self._body = b""
        self.status = 0
        self.code = ""
        self.close = False

    async def __call__(self, message: Message) -> None:
        """Take a message of the application."""
        if message["type"] == "http.response.start":
            if message["status"] >= 400:
                self._failed = message
                return
            self.status = message["status"]
        if self._failed is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body"):
            status = self._failed["status"]
            kept = [h for h in self._failed["headers"] if h[0].lower() not in REPLACED]
            await self._answer(status, in_one_shape(status, self._body), kept)

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with a refusal; nothing may have been sent before."""
        await self._answer(refusal.kind.status, refusal.body, [])

    async def _answer(
        self, status: int, content: ErrorBody, headers: list[tuple[bytes, bytes]]
    ) -> None:
        self.status, self.code = int(status), content.error.code
        body = content.model_dump_json().encode()
        headers += [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        if self.close:
            headers.append((b"connection", b"close"))
        if status == OVERLOADED.status:
            headers.append((b"retry-after", RETRY_AFTER))
        await self._send({"type": "http.response.start", "status": int(status), "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
