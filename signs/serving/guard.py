"""What stands before the service: limits on requests, and one shape for all errors."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from signs.serving import errors
from signs.serving.errors import ClientFaultFilter, ErrorBody, Refusal, in_one_shape
from signs.serving.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

UPLOADS = frozenset({"/predict", "/predict_batch"})
NO_PARAMETERS = UPLOADS | {"/model"}
RETRY_AFTER = b"1"  # seconds
MAX_HELD = 8  # bodies of the largest size that a worker holds at once
DRAIN_S = 2.0  # for a client to finish sending what is refused, so that it reads why

logger = logging.getLogger("bentoml.signs")
logging.getLogger("bentoml._internal.server.http_app").addFilter(ClientFaultFilter())


class Guard:
    """ASGI middleware: refuses what is too large, too slow or too much before it costs anything.

    Args:
        app: the service.
        settings: the limits.
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._in_flight = 0
        self._held = 0  # bytes of bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        answer = _OneShape(send)
        refusal = self._refuse_by_head(scope)
        if refusal is not None:
            if b"expect" not in _headers(scope):
                await _drain(receive)
            return await answer.refuse(refusal)
        upload = scope["path"] in UPLOADS
        body = _Body(self, receive) if upload else receive
        self._in_flight += upload
        try:
            await self._app(scope, body, answer)
        except Exception as error:
            if not isinstance(error, Refusal):
                logger.exception("Exception on %s", scope["path"])
            if answer.started:
                raise
            await answer.refuse(
                error
                if isinstance(error, Refusal)
                else Refusal(errors.INTERNAL, "the service made a mistake: its log says more")
            )
        finally:
            self._in_flight -= upload
            if isinstance(body, _Body):
                self._held -= body.held
        return None

    def _refuse_by_head(self, scope: Scope) -> Refusal | None:
        """What is wrong with a request before its body is read."""
        path = scope["path"]
        if path in NO_PARAMETERS and scope["query_string"]:
            name = scope["query_string"].decode("latin-1").split("=")[0][:40]
            where = "fields of the form" if path in UPLOADS else "nothing"
            return Refusal(
                errors.UNKNOWN_PARAMETER,
                f"the query parameter {name!r} is not known: {path} takes {where}",
            )
        if path not in UPLOADS or scope["method"] != "POST":
            return None
        headers = _headers(scope)
        kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        if kind != b"multipart/form-data":
            return Refusal(
                errors.NOT_MULTIPART,
                "the body is no multipart form: try curl -F, which makes one",
            )
        if int(headers.get(b"content-length", b"0")) > self._settings.max_body:
            return self.too_large()
        if self._in_flight >= self._settings.max_in_flight:
            return Refusal(errors.OVERLOADED, "too many requests at once: try again in a second")
        return None

    def too_large(self) -> Refusal:
        """The body is over the limit."""
        limit = self._settings.max_body_mb
        return Refusal(
            errors.BODY_TOO_LARGE,
            f"the body is over {limit:g} MB: crop the image to the sign, or send fewer at once",
        )

    def hold(self, count: int) -> None:
        """Account for bytes of a body.

        Raises:
            Refusal: all bodies together are too many.
        """
        self._held += count
        if self._held > MAX_HELD * self._settings.max_body:
            raise Refusal(errors.OVERLOADED, "too many large requests at once: try again later")

    @property
    def settings(self) -> Settings:
        """The limits."""
        return self._settings


class _Body:
    """A request's body that is read within the limits."""

    def __init__(self, guard: Guard, receive: Receive) -> None:
        self._guard = guard
        self._receive = receive
        self._deadline = asyncio.get_running_loop().time() + guard.settings.body_timeout_s
        self.held = 0

    async def __call__(self) -> Message:
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            seconds = self._guard.settings.body_timeout_s
            raise Refusal(
                errors.TOO_SLOW, f"the body did not arrive within {seconds:g} s"
            ) from None
        count = len(message.get("body", b""))
        self.held += count
        self._guard.hold(count)
        if self.held > self._guard.settings.max_body:
            if message.get("more_body"):
                await _drain(self._receive)
            raise self._guard.too_large()
        return message


class _OneShape:
    """Sends an answer on; one that is an error, in our shape."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._failed: Message | None = None
        self._body = b""
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= 400:
            self._failed = message
            return
        if self._failed is None:
            self.started = True
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body"):
            status = self._failed["status"]
            shaped = in_one_shape(status, self._body)
            kept = [
                (name, value)
                for name, value in self._failed["headers"]
                if name.lower() not in (b"content-length", b"content-type", b"retry-after")
            ]
            await self._answer(status, shaped, kept)

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with a refusal."""
        await self._answer(refusal.kind.status, refusal.body, [])

    async def _answer(
        self, status: int, content: ErrorBody, headers: list[tuple[bytes, bytes]]
    ) -> None:
        self.started = True
        body = json.dumps(content.model_dump(), ensure_ascii=False).encode()
        headers += [(b"content-type", b"application/json")]
        headers += [(b"content-length", str(len(body)).encode())]
        if status == errors.OVERLOADED.status:
            headers += [(b"retry-after", RETRY_AFTER)]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return dict(scope["headers"])


async def _drain(receive: Receive) -> None:
    """Read and forget what a client still sends, for a while: it may not read before it is done."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_S):
            while True:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
