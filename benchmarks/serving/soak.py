"""Whether the service's memory stays flat under good and bad requests, and a dead worker's return.

    uv run python -m benchmarks.serving.soak              # --requests 2000 for a smoke test

Starts `bentoml serve`, sends a mix of requests over 8 connections (`cases.py` lists the kinds),
each of whose answers must be the right one, and looks at memory while nothing is asked; then kills
a worker (SIGKILL) in the middle of a load (`recovery.py`). The tables land in
`benchmarks/results/soak.md`.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx
import psutil

from benchmarks.publish import publish
from benchmarks.serving.cases import HUNG, TIMEOUT_S, Case, ask, shuffled
from benchmarks.serving.recovery import Recovery, kill_a_worker
from benchmarks.serving.servers import Server, machine, our_service
from signs.errors import SignsError, one_line_errors

REQUESTS = 20_000
SAMPLES = 20  # of memory, beside the one before the first request that counts
WARM_UP = 1_000  # requests before it, all kinds alike, so that each worker has seen each kind
CLIENTS = 8
GOAL = 10  # percent that memory may grow

Numbered = Iterator[tuple[int, Case]]


@dataclass(frozen=True)
class Sample:
    """The service at rest.

    Attributes:
        requests: so far.
        rss: bytes of resident memory, summed over its processes; what they share counts for each.
        pss: likewise, but what they share is divided among them.
        metrics: bytes of the answer of `/metrics`.
        series: lines in it that hold a number.
    """

    requests: int
    rss: int
    pss: int
    metrics: int
    series: int


def sample(server: Server, requests: int) -> Sample:
    """Look at the service."""
    rss = pss = 0
    for process in server.processes():
        with suppress(psutil.NoSuchProcess):
            memory = process.memory_full_info()
            rss, pss = rss + memory.rss, pss + memory.pss
    text = httpx.get(server.url + "/metrics", timeout=TIMEOUT_S).text
    series = sum(not line.startswith("#") for line in text.splitlines())
    return Sample(requests, rss, pss, len(text), series)


async def work(client: httpx.AsyncClient, requests: Numbered, wrong: Counter[str]) -> None:
    """Send requests until there are no more, and count what is wrong with their answers."""
    for number, case in requests:
        problem = await ask(client, number, case)
        if problem:
            wrong[f"{case.name}: {problem}"] += 1


async def soak(server: Server, count: int, wrong: Counter[str]) -> list[Sample]:
    """Warm up, then send all requests; memory before them and after each twentieth part."""
    samples: list[Sample] = []
    warm_up, requests, step = shuffled(WARM_UP, even=True), shuffled(count), count // SAMPLES
    async with httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT_S) as client:
        for done in range(0, count + 1, step):
            part = islice(requests, step) if done else warm_up
            await asyncio.gather(*(work(client, part, wrong) for _ in range(CLIENTS)))
            await asyncio.to_thread(server.wait_until_idle)
            samples.append(sample(server, done))
            print(f"{done:,} requests: {samples[-1].pss / 1e6:.0f} MB", file=sys.stderr)
    return samples


def growth(first: int, last: int) -> float:
    """In percent."""
    return 100 * (last / first - 1)


def memory_table(samples: list[Sample], wrong: Counter[str], seconds: float) -> Iterator[str]:
    """What the soak showed."""
    first, last = samples[0], samples[-1]
    grown = growth(first.pss, last.pss), growth(first.rss, last.rss)
    verdict = "met" if max(grown) <= GOAL else "**missed**"
    yield "| after requests | RSS MB | PSS MB | bytes of /metrics | its numbers |"
    yield "|---:|---:|---:|---:|---:|"
    for s in samples:
        rss, pss = s.rss / 1e6, s.pss / 1e6
        yield f"| {s.requests:,} | {rss:.1f} | {pss:.1f} | {s.metrics:,} | {s.series} |"
    yield ""
    yield f"After a warm-up of {WARM_UP:,}, over {last.requests:,} requests, RSS grew by"
    yield f"{grown[1]:.1f} % and PSS by {grown[0]:.1f} % (goal: within {GOAL} %, {verdict})."
    hung = sum(n for what, n in wrong.items() if what.endswith(HUNG))
    yield f"{last.requests:,} requests in {seconds:.0f} s; wrong answers: {wrong.total()}, of them"
    yield f"hung: {hung} (goal 0)."
    yield ""
    for what, number in wrong.most_common(20):
        yield f"- {what}: {number} times"


def report(
    samples: list[Sample], wrong: Counter[str], seconds: float, recovery: Recovery
) -> Iterator[str]:
    """Everything that is to be read."""
    yield f"The service under {samples[-1].requests:,} good and bad requests over {CLIENTS}"
    yield f"connections; {machine()}. Memory is summed over its processes. Command:"
    yield f"`uv run python -m benchmarks.serving.soak --requests {samples[-1].requests}`"
    yield ""
    yield from memory_table(samples, wrong, seconds)
    yield ""
    yield from recovery.table()


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=REQUESTS, help=f"default: {REQUESTS}")
    count = parser.parse_args().requests
    if count < SAMPLES:
        raise SignsError(f"--requests must be at least {SAMPLES}")
    wrong: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place, our_service(Path(place) / "server") as server:
        begin = time.monotonic()
        samples = asyncio.run(soak(server, count, wrong))
        seconds = time.monotonic() - begin
        recovery = asyncio.run(kill_a_worker(server))
    publish("soak.md", "\n".join(report(samples, wrong, seconds, recovery)))


if __name__ == "__main__":
    with one_line_errors():
        main()
