"""A worker killed in the middle of a load: who notices, and how long until it is back."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import httpx
import psutil

from benchmarks.serving.cases import FAILED, HUNG, TIMEOUT_S, Case, ask
from benchmarks.serving.images import SMALL, jpeg_near, upload
from benchmarks.serving.servers import Server

CLIENTS = 8  # half of them open a connection for each request, and so come to the new worker too
BEFORE_S = 3.0  # of load before the kill
AFTER_S = 5.0  # of load after the new worker answers
PATIENCE_S = 60.0  # for it
WORKER = "_bentoml_impl.worker.service"  # in the command line of one


@dataclass
class Recovery:
    """What happened.

    Attributes:
        answered: requests with the right answer.
        wrong: the others, by what was wrong.
        back_s: seconds from the kill until there were as many workers as before; None: never.
        serving_s: seconds until the new one had a client's connection; None: never.
        after: whether /predict and /metrics answered in the end.
        counted: whether the count of requests in /metrics did not fall.
    """

    answered: int
    wrong: Counter[str]
    back_s: float | None
    serving_s: float | None
    after: dict[str, bool]
    counted: bool

    def table(self) -> Iterator[str]:
        """As Markdown."""
        failed = sum(n for what, n in self.wrong.items() if what.startswith(FAILED))
        other = self.wrong.total() - failed - self.wrong[HUNG]
        yield f"| a worker killed under {CLIENTS} clients | |"
        yield "|---|---:|"
        yield f"| requests answered, right | {self.answered:,} |"
        yield f"| failed because the connection broke (allowed) | {failed} |"
        yield f"| hung for {TIMEOUT_S:.0f} s (goal 0) | {self.wrong[HUNG]} |"
        yield f"| answered wrongly (goal 0) | {other} |"
        yield f"| seconds until the number of workers was back | {_seconds(self.back_s)} |"
        yield f"| seconds until the new one served clients | {_seconds(self.serving_s)} |"
        for path, works in self.after.items():
            yield f"| {path} afterwards | {'works' if works else '**fails**'} |"
        kept = "kept" if self.counted else "**lost**"
        yield f"| the dead worker's counts in /metrics | {kept} |"
        if self.wrong:
            yield ""
        for what, number in self.wrong.most_common():
            yield f"- {what}: {number} times"


class Load:
    """Clients that ask without a pause until they are told to stop.

    Args:
        url: of the service.
        case: what they ask.
    """

    def __init__(self, url: str, case: Case) -> None:
        self._url = url
        self._case = case
        self.stopped = False
        self.answered = 0
        self.wrong: Counter[str] = Counter()

    async def client(self, keep: int) -> None:
        """One client, which keeps so many connections open: 0 or 1."""
        limits = httpx.Limits(max_keepalive_connections=keep)
        async with httpx.AsyncClient(base_url=self._url, timeout=TIMEOUT_S, limits=limits) as http:
            while not self.stopped:
                problem = await ask(http, 0, self._case)
                if problem:
                    self.wrong[problem] += 1
                    await asyncio.sleep(0.05)
                else:
                    self.answered += 1


async def kill_a_worker(server: Server) -> Recovery:
    """Kill one of them (SIGKILL) under load, and watch."""
    case = Case("small JPEG", 1, "/predict", upload([("image", jpeg_near(14, *SMALL))]), 200)
    load = Load(server.url, case)
    clients = [asyncio.create_task(load.client(number % 2)) for number in range(CLIENTS)]
    await asyncio.sleep(BEFORE_S)
    counted = await _count(server)
    old = workers(server)
    victim = old[0]
    begin = time.monotonic()
    victim.kill()
    back = serving = None
    while serving is None and time.monotonic() < begin + PATIENCE_S:
        await asyncio.sleep(0.1)
        new = [worker for worker in workers(server) if worker not in old]
        if new and back is None:
            back = time.monotonic() - begin
        if any(_serves(worker) for worker in new):
            serving = time.monotonic() - begin
    await asyncio.sleep(AFTER_S)
    load.stopped = True
    await asyncio.gather(*clients)
    after = {}
    async with httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT_S) as client:
        after["/predict"] = not await ask(client, 0, case)
        after["/metrics"] = (await client.get("/metrics")).status_code == 200
    kept = await _count(server) >= counted
    return Recovery(load.answered, load.wrong, back, serving, after, kept)


def workers(server: Server) -> list[psutil.Process]:
    """The live processes that answer."""
    found = []
    for process in server.processes()[1:]:
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if WORKER in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _serves(worker: psutil.Process) -> bool:
    """Whether a client is connected to it."""
    with suppress(psutil.NoSuchProcess):
        connections = worker.net_connections("tcp")
        return any(c.status == psutil.CONN_ESTABLISHED for c in connections)
    return False


async def _count(server: Server) -> float:
    """Requests that /metrics says there have been."""
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
        text = (await client.get(server.url + "/metrics")).text
    lines = [line for line in text.splitlines() if line.startswith("signs_requests_total")]
    return sum(float(line.split()[-1]) for line in lines)


def _seconds(value: float | None) -> str:
    return f"more than {PATIENCE_S:.0f}" if value is None else f"{value:.1f}"
