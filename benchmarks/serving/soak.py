"""The row `soak`: whether the service's memory levels off under good and bad requests."""

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx
import psutil

from benchmarks.rows import Values
from benchmarks.serving.servers import BENTO, Server, running
from benchmarks.serving.uploads import Upload, encode, form

SAMPLES = 20  # of memory, beside the one before the first request that counts
WARM_UP = 1_000  # requests before it, all kinds alike, so that each worker has seen each kind
CLIENTS = 8
TIMEOUT_S = 10.0  # for one answer; what takes longer hangs
OVER_LIMIT = 17_000_000  # bytes; the service takes 16 MB


@dataclass(frozen=True)
class Case:
    """A kind of request.

    Attributes:
        name: for people.
        weight: how often it comes, relative to the others.
        path: with `{n}` in the place of a number that no other request has.
        upload: what is posted; None makes it a GET.
        status: of the right answer.
        code: of the error in it, if it has one.
    """

    name: str
    weight: float
    path: str
    upload: Upload | None
    status: int = 200
    code: str | None = None


Numbered = Iterator[tuple[int, Case]]


def cases() -> list[Case]:
    """All kinds."""
    jpeg, large = encode(64, "JPEG", quality=93), encode(400, "JPEG", quality=86)
    text = b"This is no image. " * 40
    one, batch = "/predict", "/predict_batch"

    def image(content: bytes, **fields: str) -> Upload:
        return form([("image", content)], fields)

    return [
        Case("small JPEG", 20, one, image(jpeg)),
        Case("small PNG", 15, one, image(encode(48, "PNG"))),
        Case("JPEG of 60 KB", 10, one, image(large)),
        Case("JPEG of 1200 pixels", 3, one, image(encode(1200, "JPEG", quality=80))),
        Case("transparent PNG of 2000 pixels", 0.5, one, image(encode(2000, "PNG", "RGBA"))),
        Case("batch of 64", 1, batch, form([("images", jpeg)] * 64)),
        Case("batch with a text", 4, batch, form([("images", jpeg)] * 3 + [("images", text)])),
        Case("the model", 2, "/model", None),
        Case("truncated JPEG", 6, one, image(large[: len(large) // 2]), 422, "bad_image"),
        Case("text", 6, one, image(text), 415, "unknown_format"),
        Case("empty file", 4, one, image(b""), 422, "bad_image"),
        Case("wrong field", 4, one, form([("photo", jpeg)]), 400, "unknown_field"),
        Case("top_k of 0", 3, one, image(jpeg, top_k="0"), 400, "bad_top_k"),
        Case("no such path", 6, "/nothing/{n}", None, 404, "not_found"),
        Case("query parameter", 3, one + "?x{n}=1", image(jpeg), 400, "unknown_parameter"),
        Case("no form", 2, one, Upload(jpeg, "image/jpeg"), 415, "not_multipart"),
        Case("over the limit", 0.2, one, image(bytes(OVER_LIMIT)), 413, "body_too_large"),
    ]


def measure_soak(folder: Path, count: int) -> Values:
    """Warm up, send `count` requests, and look at memory before and after each twentieth part.

    Args:
        folder: an empty one.
        count: at least `SAMPLES`.

    Raises:
        SignsError: the service does not start.
    """
    wrong: Counter[str] = Counter()
    with running(BENTO, folder / "home") as server:
        server.wait_until_up("/readyz")
        started = time.monotonic()
        samples = asyncio.run(soak(server, count, wrong))
        seconds = time.monotonic() - started
    return {
        "warm_up": WARM_UP,
        "clients": CLIENTS,
        "seconds": seconds,
        "wrong": dict(wrong.most_common()),
        "samples": samples,
    }


async def soak(server: Server, count: int, wrong: Counter[str]) -> list[Values]:
    """Send all requests; count what is wrong with their answers."""
    samples = []
    warm_up, requests, step = shuffled(WARM_UP, even=True), shuffled(count), count // SAMPLES
    async with httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT_S) as client:
        for done in range(0, count + 1, step):
            part = islice(requests, step) if done else warm_up
            await asyncio.gather(*(work(client, part, wrong) for _ in range(CLIENTS)))
            await asyncio.to_thread(server.wait_until_idle)
            samples.append(sample(server, done))
            print(f"{done:,} requests: {samples[-1]['pss'] / 1e6:.0f} MB", file=sys.stderr)
    return samples


def shuffled(count: int, even: bool = False) -> Numbered:
    """Numbered requests, the kinds mixed by weight, or all alike."""
    kinds = cases()
    weights = None if even else [kind.weight for kind in kinds]
    return enumerate(random.Random(0).choices(kinds, weights, k=count))


async def work(client: httpx.AsyncClient, requests: Numbered, wrong: Counter[str]) -> None:
    """One client: send requests, one after the other, until there are no more."""
    for number, case in requests:
        if problem := await ask(client, number, case):
            wrong[f"{case.name}: {problem}"] += 1


async def ask(client: httpx.AsyncClient, number: int, case: Case) -> str:
    """Send one request; return what is wrong with the answer, or nothing."""
    path, upload = case.path.format(n=number), case.upload
    try:
        if upload is None:
            answer = await client.get(path)
        else:
            headers = {"content-type": upload.content_type}
            answer = await client.post(path, content=upload.body, headers=headers)
        code = answer.json().get("error", {}).get("code")
    except httpx.TimeoutException:
        return "hung"
    except httpx.TransportError as error:
        return f"connection failed ({type(error).__name__})"
    except ValueError:
        return "the answer is not JSON"
    found, expected = (answer.status_code, code), (case.status, case.code)
    return "" if found == expected else f"{found} in place of {expected}"


def sample(server: Server, requests: int) -> Values:
    """The service at rest.

    Returns:
        requests (so far), rss and pss (bytes, summed over its processes; what they share counts
        for each in rss and is divided among them in pss), metrics (bytes of `/metrics`) and series
        (numbers in it).
    """
    rss = pss = 0
    for process in server.processes():
        with suppress(psutil.NoSuchProcess):
            memory = process.memory_full_info()
            rss, pss = rss + memory.rss, pss + memory.pss
    text = httpx.get(server.url + "/metrics", timeout=TIMEOUT_S).text
    series = sum(not line.startswith("#") for line in text.splitlines())
    return {"requests": requests, "rss": rss, "pss": pss, "metrics": len(text), "series": series}
