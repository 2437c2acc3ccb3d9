"""Limits that take many requests to reach, on the middleware alone."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from signs.serving import guard as guard_module
from signs.serving.asgi import App, Message, Receive, Scope, Send
from signs.serving.guard import Guard
from signs.serving.settings import Settings

FORM = (b"content-type", b"multipart/form-data; boundary=b")


def scope(path: str = "/predict", *headers: tuple[bytes, bytes]) -> Scope:
    method = "POST" if path.startswith("/predict") else "GET"
    return {
        "type": "http", "path": path, "method": method, "query_string": b"",
        "headers": [FORM, *headers],
    }  # fmt: skip


class Client:
    """Sends a body in parts and keeps what it is told.

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
    """An application that reads the body and is content."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def ask(guard: Guard, client: Client, *args: object) -> Awaitable[None]:
    return guard(scope(*args), client.receive, client.send)  # type: ignore[arg-type]


def run(check: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await check()

    asyncio.run(main())


def test_above_the_limit_requests_are_told_to_come_back() -> None:
    async def check() -> None:
        gate = asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            while (await receive()).get("more_body"):
                pass
            if scope["path"] == "/predict":
                await gate.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"ok"})

        guard = Guard(slow, Settings(max_in_flight=2))
        clients = [Client() for _ in range(3)]
        tasks = [asyncio.ensure_future(ask(guard, c)) for c in clients]
        await asyncio.sleep(0)
        health = Client()
        await ask(guard, health, "/readyz")
        gate.set()
        await asyncio.gather(*tasks)
        assert [c.status for c in clients] == [200, 200, 429]
        assert clients[2].code == "overloaded"
        assert int(clients[2].headers[b"retry-after"]) > 0
        assert health.status == 200
        assert (guard.arriving, guard.working, guard.held) == (0, 0, 0)

    run(check)


def test_clients_that_take_their_time_have_places_of_their_own() -> None:
    async def check() -> None:
        guard = Guard(read_all, Settings(max_in_flight=1, body_timeout_s=0.2))
        gate = asyncio.Event()

        async def never() -> Message:
            await gate.wait()
            raise AssertionError

        slow = [Client() for _ in range(guard_module.MAX_ARRIVING)]
        tasks = [asyncio.ensure_future(guard(scope(), never, c.send)) for c in slow]
        await asyncio.sleep(0)
        refused = Client()
        await ask(guard, refused)
        assert (refused.status, refused.code) == (429, "overloaded")
        await asyncio.gather(*tasks)
        assert {(c.status, c.code) for c in slow} == {(408, "too_slow")}
        assert {c.headers[b"connection"] for c in slow} == {b"close"}
        assert (guard.arriving, guard.working, guard.held) == (0, 0, 0)

    run(check)


def test_a_request_that_is_cancelled_leaves_nothing_behind() -> None:
    async def check() -> None:
        async def forever(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            await asyncio.Event().wait()

        guard = Guard(forever, Settings())
        task = asyncio.ensure_future(ask(guard, Client(bytes(10))))
        await asyncio.sleep(0.01)
        assert (guard.arriving, guard.working, guard.held) == (0, 1, 10)
        task.cancel()
        await asyncio.wait([task])
        assert (guard.arriving, guard.working, guard.held) == (0, 0, 0)

    run(check)


def test_all_bodies_together_have_a_limit() -> None:
    async def check() -> None:
        gate = asyncio.Event()

        async def hold(scope: Scope, receive: Receive, send: Send) -> None:
            while (await receive()).get("more_body"):
                pass
            await gate.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"ok"})

        guard = Guard(hold, Settings(max_body_mb=0.001))
        clients = [Client(bytes(900)) for _ in range(guard_module.MAX_HELD + 2)]
        tasks = [asyncio.ensure_future(ask(guard, c)) for c in clients]
        await asyncio.sleep(0.05)
        gate.set()
        await asyncio.gather(*tasks)
        refused = [c for c in clients if c.status == 429]
        assert [c.code for c in refused] == ["overloaded"] * 2
        assert (guard.arriving, guard.working, guard.held) == (0, 0, 0)

    run(check)


def test_an_announced_body_over_the_limit_is_not_held() -> None:
    async def check() -> None:
        guard = Guard(read_all, Settings(max_body_mb=0.001))
        parts = [bytes(1000)] * 3
        announced = (b"content-length", b"3000")
        polite = Client(*parts)
        await ask(guard, polite, "/predict", announced)
        assert (polite.status, polite.code, polite.asked) == (413, "body_too_large", 3)
        # This one waits for leave to send: it gets the answer in its place.
        waiting = Client(*parts)
        await ask(guard, waiting, "/predict", announced, (b"expect", b"100-continue"))
        assert (waiting.status, waiting.asked) == (413, 0)
        assert waiting.headers[b"connection"] == b"close"
        assert b"connection" not in polite.headers

    run(check)


def test_a_mistake_of_ours_is_said_in_the_same_shape() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("a secret of the service")

    async def plain(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b"a secret", "more_body": True})
        await send({"type": "http.response.body", "body": b" of the service"})

    async def check(app: App) -> None:
        client = Client()
        await ask(Guard(app, Settings()), client, "/readyz")
        assert (client.status, client.code) == (500, "internal")
        assert b"secret" not in client.received[-1]["body"]

    for app in (broken, plain):
        asyncio.run(check(app))
