"""What stands in front of the service: limits on requests, one shape for errors, and counting."""

import asyncio
import contextlib
import logging
import time

from starlette.datastructures import Headers

from signs.serving import refusals
from signs.serving.forms import Form
from signs.serving.http.asgi import App, Message, Receive, Scope, Send
from signs.serving.http.mistakes import compressed, wrong_body
from signs.serving.http.outlet import Outlet
from signs.serving.refusals import ClientFaultFilter, Refusal
from signs.serving.routes import ROUTES, Routes
from signs.serving.settings import Settings
from signs.serving.telemetry import OTHER_PATH, telemetry

MAX_HELD = 4  # bodies of the largest allowed size that a worker keeps in memory at once
MAX_ARRIVING = 4  # uploads that are still being received, as a multiple of `max_in_flight`
DRAIN_S = 2.0  # how long to keep reading a refused body: most clients read no answer before its end

logger = logging.getLogger("bentoml.signs")


class Guard:
    """ASGI middleware: refuses requests that are too large, too slow or too many before they cost.

    Args:
        app: the service.
        settings: the limits.
        routes: the endpoints that the limits apply to, and that are counted by path.

    Attributes:
        arriving: uploads whose body is still being received.
        working: uploads that hold a worker slot: their body is complete.
        held: bytes of the bodies of both.
    """

    def __init__(self, app: App, settings: Settings, routes: Routes = ROUTES) -> None:
        self._app = app
        self._settings = settings
        self._routes = routes
        self._telemetry = telemetry()
        self.arriving = 0
        self.working = 0
        self.held = 0
        logging.getLogger("bentoml._internal.server.http_app").addFilter(ClientFaultFilter())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and count it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begin = time.perf_counter()
        outlet = Outlet(send)
        try:
            await self._answer(scope, receive, outlet)
        except Exception as error:
            if outlet.status:
                raise
            if not isinstance(error, Refusal):
                logger.exception("Exception on %r", scope["path"])
                error = Refusal(refusals.INTERNAL, refusals.INTERNAL_MESSAGE)
            await outlet.refuse(error)
        finally:
            seconds = time.perf_counter() - begin
            path = scope["path"] if scope["path"] in self._routes else OTHER_PATH
            self._telemetry.count_request(path, outlet.status, outlet.code, seconds)
        return None

    async def _answer(self, scope: Scope, receive: Receive, outlet: Outlet) -> None:
        headers = Headers(scope=scope)  # of two with one name the first counts, as in BentoML
        route = self._routes.get(scope["path"])
        form = route.form if route and scope["method"] == route.method else None
        refusal = self._refuse_path(scope) or (form and self._refuse_upload(headers, form))
        if refusal:
            outlet.close = "expect" in headers or not await _drain(receive)
            raise refusal
        if not form:
            await self._app(scope, receive, outlet)
            return
        body = Body(receive, self, self._settings, outlet)
        try:
            await self._app(scope, body, outlet)
        finally:
            body.forget()

    def _refuse_path(self, scope: Scope) -> Refusal | None:
        path = scope["path"]
        route = self._routes.get(path)
        if route and scope["query_string"] and not route.takes_query:
            name = scope["query_string"].decode("latin-1").split("=")[0][:40]
            takes = "takes fields of a form" if route.form else "takes none"
            return Refusal(
                refusals.UNKNOWN_PARAMETER,
                f"the query parameter {name!r} is not known: {path} {takes}",
            )
        if path != "/" and path.endswith("/"):  # else it would be redirected
            return Refusal(
                refusals.NOT_FOUND, "there is nothing at this path: leave the last / out"
            )
        return None

    def _refuse_upload(self, headers: Headers, form: type[Form]) -> Refusal | None:
        if (said := wrong_body(headers, form.file_field(), not form.takes_many())) is not None:
            return Refusal(refusals.NOT_MULTIPART, said)
        if (said := compressed(headers)) is not None:
            return Refusal(refusals.BAD_FORM, said)
        if int(headers.get("content-length", "0")) > self._settings.max_body:
            return too_large(self._settings)
        if self.arriving >= MAX_ARRIVING * self._settings.max_in_flight:
            return Refusal(refusals.OVERLOADED, "too many requests at once: try again in a second")
        return None


class Body:
    """The body of one upload, received within the limits and counted in the guard.

    Args:
        receive: the server's, for the parts of the body.
        guard: whose counts the body is part of.
        settings: the limits.
        outlet: of the answer; it learns whether the connection can be used again.
    """

    def __init__(self, receive: Receive, guard: Guard, settings: Settings, outlet: Outlet) -> None:
        self._receive = receive
        self._guard = guard
        self._settings = settings
        self._outlet = outlet
        self._deadline = asyncio.get_running_loop().time() + settings.body_timeout_s
        self._size = 0
        self._complete = False
        guard.arriving += 1
        outlet.close = True  # until the whole body is read

    async def __call__(self) -> Message:
        """The next message.

        Raises:
            Refusal: the message is late, the body is too large, or all bodies together are, or all
                worker slots are taken.
        """
        if self._complete:  # the next message says that the client has disconnected
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            seconds = self._settings.body_timeout_s
            raise Refusal(refusals.TOO_SLOW, f"the body did not arrive in {seconds:g} s") from None
        count = len(message.get("body", b""))
        self._size += count
        self._guard.held += count
        refusal = self._refuse()
        if refusal is None and message["type"] == "http.request" and not message.get("more_body"):
            refusal = self._take_slot()
        if refusal is not None:
            self._outlet.close = bool(message.get("more_body")) and not await _drain(self._receive)
            raise refusal
        return message

    def forget(self) -> None:
        """Take the body out of the guard's counts."""
        if self._complete:
            self._guard.working -= 1
        else:
            self._guard.arriving -= 1
        self._guard.held -= self._size

    def _refuse(self) -> Refusal | None:
        if self._size > self._settings.max_body:
            return too_large(self._settings)
        if self._guard.held > MAX_HELD * self._settings.max_body:
            return Refusal(refusals.OVERLOADED, "too many large requests at once: try again later")
        return None

    def _take_slot(self) -> Refusal | None:
        """Take a worker slot once the body is complete."""
        self._outlet.close = False
        if self._guard.working >= self._settings.max_in_flight:
            return Refusal(refusals.OVERLOADED, "too many requests at once: try again in a second")
        self._complete = True
        self._guard.arriving -= 1
        self._guard.working += 1
        return None


def too_large(settings: Settings) -> Refusal:
    """The refusal of a body over the limit."""
    return Refusal(
        refusals.BODY_TOO_LARGE,
        f"the body is over {settings.max_body_mb:g} MB: send a smaller image, or fewer at once",
    )


async def _drain(receive: Receive) -> bool:
    """Read and drop the rest of a body, so that the client gets to read the answer.

    Returns:
        Whether the body ended within `DRAIN_S`.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_S):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return False
                if not message.get("more_body"):
                    return True
    return False
