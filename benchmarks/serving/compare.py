"""The service against an empty one on the same framework, and against what people deploy today.

    uv run python -m benchmarks.serving.compare           # --quick for a smoke test

Four servers run at once on this machine, and one load generator (wrk) drives one of them at a time,
in turns, so that a machine whose speed drifts treats them alike: ours (`bentoml serve`), an empty
endpoint as BentoML ships it and with our configuration (`empty.py`), and FastAPI on uvicorn
(`baseline.py`). Numbers are medians over the rounds; ratios are medians of the rounds' ratios. The
table lands in `benchmarks/results/serving.md`, every round in `serving.json`; `--quick` only
prints. More rounds (`--rounds 5`) cost 2.5 minutes each, and even out which worker happens to
accept how many of the clients' connections.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

import httpx

from benchmarks.publish import RESULTS, publish
from benchmarks.serving import baseline, servers, wrk
from benchmarks.serving.images import LARGE, SMALL, Upload, jpeg_near, upload
from benchmarks.serving.rounds import BASELINE, BATCH, CONFIGURED, OURS, SHIPPED, Results, Scene
from benchmarks.serving.servers import ROOT, Server, machine
from benchmarks.serving.tables import report
from signs.errors import SignsError, one_line_errors
from signs.files import write_json

ROUNDS, SECONDS, WARM_UP_S = 3, 4, 1
ALL = (OURS, SHIPPED, CONFIGURED, BASELINE)
CLIENTS = (1, 8, 32)
BATCH_CLIENTS = (1, 8)
SIZES = {"4 KB": SMALL, "60 KB": LARGE}


def scenes() -> list[Scene]:
    """What is measured, in the order of one round."""
    single = [Scene(size, clients, ALL) for size in SIZES for clients in CLIENTS]
    batch = [Scene(f"{BATCH} x 4 KB", clients, (OURS, BASELINE)) for clients in BATCH_CLIENTS]
    return single + batch


def uploads() -> dict[str, Upload]:
    """The body of each size of request, by its name."""
    single = {name: upload([("image", jpeg_near(14, *size))]) for name, size in SIZES.items()}
    small = [("images", jpeg_near(14, *SMALL))] * BATCH
    return single | {f"{BATCH} x 4 KB": upload(small)}


@contextmanager
def all_servers(folder: Path) -> Iterator[dict[str, Server]]:
    """The four servers, up.

    Raises:
        SignsError: one of them does not start.
    """
    model = folder / "baseline.onnx"
    subprocess.run(
        [sys.executable, "-m", baseline.__name__, str(model)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    empty = "benchmarks.serving.empty"
    uvicorn = (sys.executable, "-m", "uvicorn", f"{baseline.__name__}:app")
    commands = {
        OURS: (servers.SERVICE, "/readyz"),
        SHIPPED: ((*servers.BENTO, f"{empty}:Shipped"), "/readyz"),
        CONFIGURED: ((*servers.BENTO, f"{empty}:Configured"), "/readyz"),
        BASELINE: (uvicorn, "/openapi.json"),
    }
    variables = {baseline.VARIABLE: str(model)}
    with ExitStack() as stack:
        started = {}
        for place, (name, (command, _)) in enumerate(commands.items()):
            own = folder / f"server{place}"
            started[name] = stack.enter_context(servers.running(name, command, own, variables))
        for name, (_, path) in commands.items():
            started[name].wait_until_up(path)
        yield started


def warm_up(
    scene: Scene, started: dict[str, Server], bodies: dict[str, Upload], scripts: dict[str, Path]
) -> None:
    """A short load, after one request whose answer is read: errors must not pass for speed.

    Args:
        scene: the load.
        started: the servers by name.
        bodies: of the requests, by name.
        scripts: wrk's, likewise.

    Raises:
        SignsError: an answer is no success.
    """
    for name in scene.servers:
        server, request = started[name], scene.request(name)
        body = bodies[request.body]
        answer = httpx.post(
            server.url + request.path,
            content=body.body,
            headers={"content-type": body.content_type},
            timeout=30,
        )
        if answer.status_code != 200:
            said = f"{answer.status_code}: {answer.text[:200]}"
            raise SignsError(f"{name}: {request.path} answers {said}")
        wrk.press(server, request.path, scripts[request.body], scene.clients, WARM_UP_S)


def measure(started: dict[str, Server], folder: Path, rounds: int, seconds: int) -> Results:
    """All rounds.

    Args:
        started: the servers by name.
        folder: for wrk's scripts.
        rounds: how often each scene is played.
        seconds: of load on one server in one scene.
    """
    bodies = uploads()
    results = Results(
        {name: len(body.body) for name, body in bodies.items()}, rounds, seconds, machine()
    )
    scripts = {
        name: wrk.prepare(body, folder / f"{place}.lua")
        for place, (name, body) in enumerate(bodies.items())
    }
    for scene in scenes():
        if scene.clients == max(BATCH_CLIENTS):
            warm_up(scene, started, bodies, scripts)
    for number in range(rounds):
        for scene in scenes():
            for name in scene.servers:
                request = scene.request(name)
                script = scripts[request.body]
                load = wrk.press(started[name], request.path, script, scene.clients, seconds)
                results.add(scene, name, load)
        print(f"round {number + 1} of {rounds} done", file=sys.stderr)
    return results


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round of a second; only prints")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default: {ROUNDS}")
    given = parser.parse_args()
    servers.need_model()
    wrk.need_wrk()
    with tempfile.TemporaryDirectory() as place, all_servers(Path(place)) as started:
        rounds, seconds = (1, 1) if given.quick else (given.rounds, SECONDS)
        results = measure(started, Path(place), rounds, seconds)
    if given.quick:
        print(report(results))
        return
    write_json(RESULTS / "serving.json", asdict(results))
    publish("serving.md", report(results))


if __name__ == "__main__":
    with one_line_errors():
        main()
