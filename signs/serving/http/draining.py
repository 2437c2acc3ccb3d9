"""Bodies that are refused before their end."""

import asyncio
import contextlib

from signs.serving.http.asgi import Receive

DRAIN_S = 2.0  # how long to keep reading a refused body: most clients read no answer before its end


async def drain(receive: Receive) -> bool:
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
