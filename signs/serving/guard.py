"""What stands before the service: limits on requests, one shape for errors, and counting."""

import asyncio
import contextlib
import logging
import time

from signs.serving import errors
from signs.serving.asgi import App, Message, Receive, Scope, Send
from signs.serving.errors import ClientFaultFilter, Refusal
from signs.serving.measures import measures
from signs.serving.outlet import Outlet
from signs.serving.settings import Settings

UPLOADS = frozenset({"/predict", "/predict_batch"})
NO_PARAMETERS = UPLOADS | {"/model"}
MAX_HELD = 8  # bodies of the largest size that a worker holds at once
DRAIN_S = 2.0  # for a client to finish sending what is refused, so that it reads why

logger = logging.getLogger("bentoml.signs")


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
        self._measures = measures()
        logging.getLogger("bentoml._internal.server.http_app").addFilter(ClientFaultFilter())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and count it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begin = time.perf_counter()
        outlet = Outlet(send)
        try:
            await self._answer(scope, receive, outlet)
        finally:
            seconds = time.perf_counter() - begin
            self._measures.count_request(scope["path"], outlet.status, outlet.code, seconds)
        return None

    async def _answer(self, scope: Scope, receive: Receive, outlet: Outlet) -> None:
        refusal = self._refuse_by_head(scope)
        if refusal is not None:
            if b"expect" not in dict(scope["headers"]):
                await _drain(receive)
            await outlet.refuse(refusal)
            return
        upload = scope["path"] in UPLOADS
        body = Body(receive, self) if upload else receive
        self._in_flight += upload
        try:
            await self._app(scope, body, outlet)
        except Exception as error:
            if outlet.status:
                raise
            if not isinstance(error, Refusal):
                logger.exception("Exception on %s", scope["path"])
                error = Refusal(errors.INTERNAL, "the service made a mistake: its log says more")
            await outlet.refuse(error)
        finally:
            self._in_flight -= upload
            if isinstance(body, Body):
                self._held -= body.size

    def _refuse_by_head(self, scope: Scope) -> Refusal | None:
        """What is wrong with a request before its body is read."""
        path = scope["path"]
        if path in NO_PARAMETERS and scope["query_string"]:
            name = scope["query_string"].decode("latin-1").split("=")[0][:40]
            takes = "takes fields of a form" if path in UPLOADS else "takes none"
            return Refusal(
                errors.UNKNOWN_PARAMETER,
                f"the query parameter {name!r} is not known: {path} {takes}",
            )
        if path not in UPLOADS or scope["method"] != "POST":
            return None
        headers = dict(scope["headers"])
        kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        if kind != b"multipart/form-data":
            return Refusal(
                errors.NOT_MULTIPART, "the body is no multipart form: try curl -F, which makes one"
            )
        if int(headers.get(b"content-length", b"0")) > self._settings.max_body:
            return self._too_large()
        if self._in_flight >= self._settings.max_in_flight:
            return Refusal(errors.OVERLOADED, "too many requests at once: try again in a second")
        return None

    def _too_large(self) -> Refusal:
        limit = self._settings.max_body_mb
        return Refusal(
            errors.BODY_TOO_LARGE,
            f"the body is over {limit:g} MB: crop the image to the sign, or send fewer at once",
        )

    async def take(self, body: "Body", receive: Receive) -> Message:
        """Receive the next part of a body, within the limits.

        Raises:
            Refusal: it is late, or its request, or all requests together, are too large.
        """
        seconds = self._settings.body_timeout_s
        try:
            async with asyncio.timeout_at(body.begin + seconds):
                message = await receive()
        except TimeoutError:
            raise Refusal(errors.TOO_SLOW, f"the body did not arrive in {seconds:g} s") from None
        count = len(message.get("body", b""))
        body.size += count
        self._held += count
        if body.size > self._settings.max_body:
            refusal = self._too_large()
        elif self._held > MAX_HELD * self._settings.max_body:
            refusal = Refusal(errors.OVERLOADED, "too many large requests at once: try again later")
        else:
            return message
        if message.get("more_body"):
            await _drain(receive)
        raise refusal


class Body:
    """The body of one request, read through its guard.

    Attributes:
        begin: when the request came, on the event loop's clock, in seconds.
        size: bytes so far.
    """

    def __init__(self, receive: Receive, guard: Guard) -> None:
        self._receive = receive
        self._guard = guard
        self.begin = asyncio.get_running_loop().time()
        self.size = 0

    async def __call__(self) -> Message:
        """The next message."""
        return await self._guard.take(self, self._receive)


async def _drain(receive: Receive) -> None:
    """Read and forget what a client still sends, for a while: it may not read before it is done."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_S):
            while True:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
