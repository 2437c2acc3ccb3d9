"""The row `soak`: whether the service's memory levels off under good and bad requests."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx
import psutil

from benchmarks.rows import Row
from benchmarks.serving.servers import BENTO, Server, running
from benchmarks.serving.uploads import LARGE, SMALL, Upload, encode, form
from signs.serving.settings import Settings

REQUESTS = 20_000
SAMPLES = 20  # of memory, beside the one before the first request that counts
WARM_UP = 1_000  # requests before it, all kinds alike, so that each worker has seen each kind
CLIENTS = 8
TIMEOUT_S = 10.0  # for one answer
TOO_LARGE = Settings().max_body + 1_000_000  # bytes


@dataclass(frozen=True)
class Case:
    """A kind of request.

    Attributes:
        weight: how often it comes, relative to the others.
        path: with `{n}` in the place of a number that no other request has.
        upload: what is posted; None makes it a GET.
        expected: the status of the right answer, and the code of its error.
    """

    weight: float
    path: str
    upload: Upload | None
    expected: tuple[int, str | None] = (200, None)


def cases() -> dict[str, Case]:
    """All kinds, by name."""
    text, one, batch = b"This is not an image. " * 40, "/predict", "/predict_batch"
    broken = form([("image", LARGE[: len(LARGE) // 2])])

    def image(content: bytes, **fields: str) -> Upload:
        return form([("image", content)], fields)

    good = {
        "small JPEG": Case(20, one, image(SMALL)),
        "small PNG": Case(15, one, image(encode(48, "PNG"))),
        "JPEG of 60 KB": Case(10, one, image(LARGE)),
        "JPEG of 1200 pixels": Case(3, one, image(encode(1200, "JPEG", quality=80))),
        "transparent PNG": Case(0.5, one, image(encode(2000, "PNG", "RGBA"))),
        "batch of 64": Case(1, batch, form([("images", SMALL)] * 64)),
        "batch with a text": Case(4, batch, form([("images", SMALL)] * 3 + [("images", text)])),
        "JPEG without a form": Case(2, one, Upload(SMALL, "image/jpeg")),
        "the model": Case(2, "/model", None),
    }
    return good | {
        "truncated JPEG": Case(6, one, broken, (422, "bad_image")),
        "text": Case(6, one, image(text), (415, "unknown_format")),
        "empty file": Case(4, one, image(b""), (422, "bad_image")),
        "wrong field": Case(4, one, form([("photo", SMALL)]), (400, "unknown_field")),
        "top_k of 0": Case(3, one, image(SMALL, top_k="0"), (400, "bad_top_k")),
        "no such path": Case(6, "/nothing/{n}", None, (404, "not_found")),
        "query": Case(3, one + "?x{n}=1", image(SMALL), (400, "unknown_parameter")),
        "JSON": Case(2, one, Upload(b"{}", "application/json"), (415, "not_multipart")),
        "too large": Case(0.2, one, image(bytes(TOO_LARGE)), (413, "body_too_large")),
    }


def measure_soak(folder: Path, count: int = REQUESTS) -> Row:
    """Warm up, send requests, and look at memory before them and after each twentieth part.

    Raises:
        SignsError: the service does not start.
    """
    wrong: Counter[str] = Counter()
    with running(BENTO, folder / "home") as server:
        server.wait_until_up("/readyz")
        started = time.monotonic()
        samples = asyncio.run(soak(server, count, wrong))
        seconds = time.monotonic() - started
    found = {"warm_up": WARM_UP, "clients": CLIENTS, "seconds": seconds, "wrong": dict(wrong)}
    return found | {"samples": samples}


async def soak(server: Server, count: int, wrong: Counter[str]) -> list[Row]:
    """Send all requests; count what is wrong with their answers."""
    kinds, rng, step = cases(), random.Random(0), count // SAMPLES
    warm_up = enumerate(rng.choices(list(kinds), k=WARM_UP))
    weights = [kind.weight for kind in kinds.values()]
    requests = enumerate(rng.choices(list(kinds), weights, k=count))
    samples = []

    async def work(client: httpx.AsyncClient, part: Iterator[tuple[int, str]]) -> None:
        for number, name in part:
            if problem := await ask(client, number, kinds[name]):
                wrong[f"{name}: {problem}"] += 1

    async with httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT_S) as client:
        for done in range(0, count + 1, step):
            part = islice(requests, step) if done else warm_up
            await asyncio.gather(*(work(client, part) for _ in range(CLIENTS)))
            await asyncio.to_thread(server.wait_until_idle)
            samples.append(sample(server, done))
            print(f"{done:,} requests: {samples[-1]['pss'] / 1e6:.0f} MB", flush=True)
    return samples


async def ask(client: httpx.AsyncClient, number: int, case: Case) -> str:
    """Send one request; return what is wrong with the answer, or nothing."""
    path, upload = case.path.format(n=number), case.upload
    try:
        if upload is None:
            answer = await client.get(path)
        else:
            headers = {"content-type": upload.content_type}
            answer = await client.post(path, content=upload.body, headers=headers)
        found = answer.status_code, answer.json().get("error", {}).get("code")
    except (httpx.HTTPError, ValueError) as error:
        return type(error).__name__
    return "" if found == case.expected else f"{found} in place of {case.expected}"


def sample(server: Server, requests: int) -> Row:
    """The service at rest.

    Returns:
        requests (so far), rss and pss (bytes, summed over its processes; what they share counts
        for each in rss and is divided among them in pss) and series (numbers in `/metrics`).
    """
    rss = pss = 0
    for process in server.processes():
        with suppress(psutil.NoSuchProcess):
            memory = process.memory_full_info()
            rss, pss = rss + memory.rss, pss + memory.pss
    text = httpx.get(server.url + "/metrics", timeout=TIMEOUT_S).text
    series = sum(not line.startswith("#") for line in text.splitlines())
    return {"requests": requests, "rss": rss, "pss": pss, "series": series}
