"""What stands in front of the service: limits on requests, one shape for errors, and counting."""

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Self

from starlette.datastructures import Headers

from signs.serving import refusals
from signs.serving.forms import Form
from signs.serving.http.asgi import App, Message, Receive, Scope, Send
from signs.serving.http.draining import drain
from signs.serving.http.mistakes import compressed, wrong_body
from signs.serving.http.outlet import Outlet
from signs.serving.refusals import ClientFaultFilter, Refusal
from signs.serving.routes import ROUTES, Route, Routes, route_of
from signs.serving.settings import Settings
from signs.serving.telemetry import OTHER_PATH, telemetry

MAX_HELD = 4  # bodies of the largest allowed size that a worker keeps in memory at once
MAX_ARRIVING = 4  # uploads that are still being received, as a multiple of `max_in_flight`

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
            route = route_of(self._routes, scope["path"])
            path = OTHER_PATH if route is None else route.path
            self._telemetry.count_request(path, outlet.status, outlet.code, seconds)
        return None

    async def _answer(self, scope: Scope, receive: Receive, outlet: Outlet) -> None:
        headers = Headers(scope=scope)  # of two with one name the first counts, as in BentoML
        route = route_of(self._routes, scope["path"])
        form = route.form if route and scope["method"] == route.method else None
        refusal = self._refuse_path(scope, route) or (form and self._refuse_upload(headers, form))
        if refusal:
            outlet.close = "expect" in headers or not await drain(receive)
            raise refusal
        if not form:
            await self._app(scope, receive, outlet)
            return
        body = Body(receive, self, BodyLimits.of(form, self._settings), outlet)
        try:
            await self._app(scope, body, outlet)
        finally:
            body.forget()

    def _refuse_path(self, scope: Scope, route: Route | None) -> Refusal | None:
        path = scope["path"]
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
        if (
            said := wrong_body(headers, form.file_field(), not form.takes_many(), form.wanted)
        ) is not None:
            return Refusal(refusals.NOT_MULTIPART, said)
        if (said := compressed(headers)) is not None:
            return Refusal(refusals.BAD_FORM, said)
        limits = BodyLimits.of(form, self._settings)
        if int(headers.get("content-length", "0")) > limits.size:
            return too_large(limits)
        if self.arriving >= MAX_ARRIVING * self._settings.max_in_flight:
            return Refusal(refusals.OVERLOADED, "too many requests at once: try again in a second")
        return None


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """What bounds one upload.

    Attributes:
        size: of its body, in bytes.
        seconds: that it may take to arrive.
        in_flight: uploads that a worker processes at a time.
        held: bytes of all uploads that a worker holds in memory.
        on_disk: whether this one goes to disk instead.
    """

    size: int
    seconds: float
    in_flight: int
    held: int
    on_disk: bool

    @classmethod
    def of(cls, form: type[Form], settings: Settings) -> Self:
        """The limits of a form's uploads."""
        size, seconds = settings.max_body, settings.body_timeout_s
        if form.on_disk:
            size, seconds = settings.max_clip, settings.clip_timeout_s
        held = MAX_HELD * settings.max_body
        return cls(size, seconds, settings.max_in_flight, held, form.on_disk)


class Body:
    """The body of one upload, received within the limits and counted in the guard.

    Args:
        receive: the server's, for the parts of the body.
        guard: whose counts the body is part of.
        limits: of the upload.
        outlet: of the answer; it learns whether the connection can be used again.
    """

    def __init__(self, receive: Receive, guard: Guard, limits: BodyLimits, outlet: Outlet) -> None:
        self._receive = receive
        self._guard = guard
        self._limits = limits
        self._outlet = outlet
        self._deadline = asyncio.get_running_loop().time() + limits.seconds
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
            seconds = self._limits.seconds
            raise Refusal(refusals.TOO_SLOW, f"the body did not arrive in {seconds:g} s") from None
        count = len(message.get("body", b""))
        self._size += count
        self._guard.held += 0 if self._limits.on_disk else count
        refusal = self._refuse()
        if refusal is None and message["type"] == "http.request" and not message.get("more_body"):
            refusal = self._take_slot()
        if refusal is not None:
            self._outlet.close = bool(message.get("more_body")) and not await drain(self._receive)
            raise refusal
        return message

    def forget(self) -> None:
        """Take the body out of the guard's counts."""
        if self._complete:
            self._guard.working -= 1
        else:
            self._guard.arriving -= 1
        self._guard.held -= 0 if self._limits.on_disk else self._size

    def _refuse(self) -> Refusal | None:
        if self._size > self._limits.size:
            return too_large(self._limits)
        if self._guard.held > self._limits.held:
            return Refusal(refusals.OVERLOADED, "too many large requests at once: try again later")
        return None

    def _take_slot(self) -> Refusal | None:
        """Take a worker slot once the body is complete."""
        self._outlet.close = False
        if self._guard.working >= self._limits.in_flight:
            return Refusal(refusals.OVERLOADED, "too many requests at once: try again in a second")
        self._complete = True
        self._guard.arriving -= 1
        self._guard.working += 1
        return None


def too_large(limits: BodyLimits) -> Refusal:
    """The refusal of a body over the limit."""
    smaller = "a shorter clip" if limits.on_disk else "a smaller image, or fewer at once"
    said = f"the body is over {limits.size / 1e6:g} MB: send {smaller}"
    return Refusal(refusals.BODY_TOO_LARGE, said)
