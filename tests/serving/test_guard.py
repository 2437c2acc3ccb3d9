"""Limits that take many requests to reach, on the middleware alone."""

import asyncio
from collections.abc import Awaitable, Callable

from signs.serving.http import guard as guard_module
from signs.serving.http.asgi import App, Message, Receive, Scope, Send
from signs.serving.http.guard import Guard
from signs.serving.settings import Settings
from tests.serving.direct import Client, ask, read_all, scope


def run(check: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await check()

    asyncio.run(main())


def test_requests_above_the_limit_are_refused_with_retry_after() -> None:
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


def test_slow_uploads_do_not_take_worker_slots() -> None:
    async def check() -> None:
        guard = Guard(read_all, Settings(max_in_flight=1, body_timeout_s=0.2))
        gate = asyncio.Event()

        async def never() -> Message:
            await gate.wait()
            raise AssertionError

        slow = [Client() for _ in range(guard_module.MAX_ARRIVING)]
        tasks = [
            asyncio.ensure_future(guard(scope("/predict", "POST"), never, c.send)) for c in slow
        ]
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


def test_all_bodies_together_are_limited() -> None:
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
        # This client waits for "100 Continue" and gets the refusal instead.
        waiting = Client(*parts)
        await ask(guard, waiting, "/predict", announced, (b"expect", b"100-continue"))
        assert (waiting.status, waiting.asked) == (413, 0)
        assert waiting.headers[b"connection"] == b"close"
        assert b"connection" not in polite.headers

    run(check)


def test_an_internal_error_has_the_same_shape_and_gives_nothing_away() -> None:
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


def test_a_clip_has_limits_of_its_own() -> None:
    """It goes to disk, so that it does not count as held."""
    settings = Settings(max_body_mb=0.001, max_clip_mb=0.01, clip_timeout_s=0.2, body_timeout_s=9)

    async def check() -> None:
        guard = Guard(read_all, settings)
        clients = [Client(*[bytes(1000)] * parts) for parts in (9, 11)]
        for client in clients:
            await guard(scope("/track", "POST"), client.receive, client.send)
        assert clients[0].status == 200
        assert (clients[1].status, clients[1].code) == (413, "body_too_large")

        async def never() -> Message:
            assert guard.held == 0
            await asyncio.Event().wait()
            raise AssertionError

        slow = Client()
        await guard(scope("/track", "POST"), never, slow.send)
        assert (slow.status, slow.code) == (408, "too_slow")
        assert (guard.arriving, guard.working, guard.held) == (0, 0, 0)

    run(check)
