"""The row `load`: our service beside an empty endpoint of BentoML's and beside FastAPI.

Four servers run at once on this machine, and one load generator (wrk) drives one of them at a time,
in turns, so that a machine whose speed drifts treats them alike.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.rows import Row
from benchmarks.serving import baseline, servers, uploads
from benchmarks.serving.servers import Server
from benchmarks.serving.uploads import form
from signs.errors import SignsError

OURS, BASELINE = "ours", "FastAPI"
SHIPPED, CONFIGURED = "empty, as shipped", "empty, our configuration"
ALL = (OURS, SHIPPED, CONFIGURED, BASELINE)
SINGLE = "4 KB"
CLIENTS, BATCH_CLIENTS = (1, 8, 32), (1, 8)
BATCH = 64  # images in a request to /predict_batch
BATCHED = f"{BATCH} x {SINGLE}"
WARM_UP_S, ROUND_S, ROUNDS = 1, 4, 3
WRK = ("wrk", "--threads=1", "--timeout=10s")  # an answer that takes longer is an error
MARK = "result "  # before what the script below prints
SCRIPT = """\
local file = assert(io.open("{body}", "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "{kind}"
file:close()
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'result {{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, '
    .. '"errors": %d, "refused": %d}}\\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.timeout, e.status))
end
"""


Case = tuple[str, int, str]  # the upload, clients with one request at a time, the server
CASES: tuple[Case, ...] = (
    *((size, n, server) for size in (SINGLE, "60 KB") for n in CLIENTS for server in ALL),
    *((BATCHED, n, server) for n in BATCH_CLIENTS for server in (OURS, BASELINE)),
)


def measure_load(folder: Path) -> Row:
    """All rounds; `folder` is an empty one.

    Raises:
        SignsError: wrk is missing, or a server does not start or answers with an error.
    """
    if shutil.which("wrk") is None:
        raise SignsError("wrk is not installed: apt install wrk")
    bodies = {
        SINGLE: form([("image", uploads.SMALL)]),
        "60 KB": form([("image", uploads.LARGE)]),
        BATCHED: form([("images", uploads.SMALL)] * BATCH),
    }
    for name, upload in bodies.items():
        (folder / f"{name}.body").write_bytes(upload.body)
        script = SCRIPT.format(body=folder / f"{name}.body", kind=upload.content_type)
        (folder / f"{name}.lua").write_text(script, encoding="utf-8")
    loads: dict[Case, list[Row]] = {case: [] for case in CASES}
    with all_servers(folder) as started:
        for case in CASES:
            if case[1] == max(BATCH_CLIENTS):
                press(started, case, folder, WARM_UP_S)
        for number in range(1, ROUNDS + 1):
            for case in CASES:
                loads[case].append(press(started, case, folder, ROUND_S))
            print(f"round {number} of {ROUNDS} done", flush=True)
    rows = [
        {"size": size, "clients": clients, "server": server, "images": images(size, server),
         "loads": some}
        for (size, clients, server), some in loads.items()
    ]  # fmt: skip
    sizes = {name: len(upload.body) for name, upload in bodies.items()}
    return {"sizes": sizes, "rounds": ROUNDS, "seconds": ROUND_S, "rows": rows}


def images(size: str, server: str) -> int:
    """In one request: the baseline knows no batches, and gets one image after another."""
    return BATCH if size == BATCHED and server == OURS else 1


@contextmanager
def all_servers(folder: Path) -> Iterator[dict[str, Server]]:
    """The four servers, up.

    Raises:
        SignsError: one of them does not start.
    """
    baseline.export(model := folder / "baseline.onnx")
    empty = "benchmarks.serving.empty"
    commands = {
        OURS: (servers.BENTO, "/readyz"),
        SHIPPED: ((*servers.BENTO, f"{empty}:Shipped"), "/readyz"),
        CONFIGURED: ((*servers.BENTO, f"{empty}:Configured"), "/readyz"),
        BASELINE: ((sys.executable, "-m", "uvicorn", f"{baseline.__name__}:app"), "/openapi.json"),
    }
    variables = {baseline.VARIABLE: str(model)}
    with ExitStack() as stack:
        started = {
            name: stack.enter_context(servers.running(command, folder / f"home{i}", variables))
            for i, (name, (command, _)) in enumerate(commands.items())
        }
        for name, (_, path) in commands.items():
            started[name].wait_until_up(path)
        yield started


def press(started: Mapping[str, Server], case: Case, folder: Path, seconds: int) -> Row:
    """Load a server for some seconds, and wait until it is idle again.

    Args:
        folder: of the scripts.

    Returns:
        requests, seconds, p50_ms and p99_ms (of an answer), errors (failed connections; any status
        from 400 on raises) and cpu_ms (of the server, for a request).

    Raises:
        SignsError: wrk failed, or the server refuses requests: errors must not pass for speed.
    """
    size, clients, name = case
    server, batched = started[name], images(size, name) > 1
    script = folder / f"{SINGLE if size == BATCHED and not batched else size}.lua"
    url = f"{server.url}/{'predict_batch' if batched else 'predict'}"
    before = server.cpu()
    command = [*WRK, f"-c{clients}", f"-d{seconds}s", f"-s{script}", url]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    spent = server.cpu() - before
    server.wait_until_idle()
    lines = [line for line in run.stdout.splitlines() if line.startswith(MARK)]
    if run.returncode or not lines:
        raise SignsError(f"wrk failed: {run.stderr.strip() or run.stdout.strip()}")
    found: Row = json.loads(lines[-1].removeprefix(MARK))
    if refused := found.pop("refused"):
        raise SignsError(f"{name} refuses {refused} requests of {found['requests']} ({size})")
    return found | {"cpu_ms": 1e3 * spent / max(1, found["requests"])}
