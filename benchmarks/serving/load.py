"""The row `load`: our service beside an empty endpoint of BentoML's and beside FastAPI.

Four servers run at once on this machine, and one load generator (wrk) drives one of them at a time,
in turns, so that a machine whose speed drifts treats them alike.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.rows import ROOT, Values
from benchmarks.serving import baseline, servers
from benchmarks.serving.servers import Server
from benchmarks.serving.uploads import Upload, encode, form
from signs.errors import SignsError

OURS, BASELINE = "ours", "FastAPI"
SHIPPED, CONFIGURED = "empty, as shipped", "empty, our configuration"
ALL = (OURS, SHIPPED, CONFIGURED, BASELINE)
SMALL, LARGE = "4 KB", "60 KB"
CLIENTS, BATCH_CLIENTS = (1, 8, 32), (1, 8)
BATCH = 64  # images in a request to /predict_batch
BATCHED = f"{BATCH} x {SMALL}"
WARM_UP_S = 1
WRK = ("wrk", "--threads=1", "--timeout=10s")  # an answer that takes longer is an error
MARK = "result "
SCRIPT = """\
local file = assert(io.open("{body}", "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "{content_type}"
file:close()
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{mark}{{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "errors": %d}}\\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.timeout + e.status))
end
"""


@dataclass(frozen=True)
class Scene:
    """A load on one server.

    Attributes:
        size: of the upload, in words; the baseline knows no batches and gets single images.
        clients: connections, each with one request at a time.
        server: its name.
    """

    size: str
    clients: int
    server: str

    @property
    def images(self) -> int:
        """In one request."""
        return BATCH if self.size == BATCHED and self.server == OURS else 1

    @property
    def body(self) -> str:
        """The name of the upload that is sent."""
        return SMALL if self.size == BATCHED and self.images == 1 else self.size

    @property
    def path(self) -> str:
        """Where it is posted."""
        return "/predict" if self.images == 1 else "/predict_batch"


SCENES = (
    *(Scene(size, n, server) for size in (SMALL, LARGE) for n in CLIENTS for server in ALL),
    *(Scene(BATCHED, n, server) for n in BATCH_CLIENTS for server in (OURS, BASELINE)),
)


def measure_load(folder: Path, rounds: int, seconds: int) -> Values:
    """All rounds.

    Args:
        folder: an empty one.
        rounds: how often each scene is played.
        seconds: of load in one scene.

    Raises:
        SignsError: wrk is missing, or a server does not start or answers with an error.
    """
    if shutil.which("wrk") is None:
        raise SignsError("wrk is not installed: apt install wrk")
    small = encode(64, "JPEG", quality=93)
    uploads = {
        SMALL: form([("image", small)]),
        LARGE: form([("image", encode(400, "JPEG", quality=86))]),
        BATCHED: form([("images", small)] * BATCH),
    }
    scripts = {n: write_script(u, folder / f"{i}.lua") for i, (n, u) in enumerate(uploads.items())}
    loads: dict[Scene, list[Values]] = {scene: [] for scene in SCENES}
    with all_servers(folder) as started:
        for scene in SCENES:
            if scene.clients == max(BATCH_CLIENTS):
                check(started[scene.server], scene.path, uploads[scene.body])
                press(started[scene.server], scene, scripts[scene.body], WARM_UP_S)
        for number in range(1, rounds + 1):
            for scene in SCENES:
                load = press(started[scene.server], scene, scripts[scene.body], seconds)
                loads[scene].append(load)
            print(f"round {number} of {rounds} done", file=sys.stderr)
    rows = [
        {
            "size": s.size,
            "clients": s.clients,
            "server": s.server,
            "images": s.images,
            "loads": some,
        }
        for s, some in loads.items()
    ]
    sizes = {name: len(upload.body) for name, upload in uploads.items()}
    return {"sizes": sizes, "rounds": rounds, "seconds": seconds, "rows": rows}


@contextmanager
def all_servers(folder: Path) -> Iterator[dict[str, Server]]:
    """The four servers, up.

    Raises:
        SignsError: one of them does not start.
    """
    model = folder / "baseline.onnx"
    export = [sys.executable, "-m", baseline.__name__, str(model)]
    subprocess.run(export, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
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


def check(server: Server, path: str, upload: Upload) -> None:
    """Send one request, so that errors do not pass for speed.

    Raises:
        SignsError: the answer is no success.
    """
    headers = {"content-type": upload.content_type}
    answer = httpx.post(server.url + path, content=upload.body, headers=headers, timeout=30)
    if answer.status_code != 200:
        raise SignsError(f"{path} answers {answer.status_code}: {answer.text[:200]}")


def write_script(upload: Upload, path: Path) -> Path:
    """Write the script that makes wrk post a body, and return its path."""
    body = path.with_suffix(".body")
    body.write_bytes(upload.body)
    script = SCRIPT.format(body=body, content_type=upload.content_type, mark=MARK)
    path.write_text(script, encoding="utf-8")
    return path


def press(server: Server, scene: Scene, script: Path, seconds: int) -> Values:
    """Load a server for some seconds, and wait until it is idle again.

    Returns:
        requests (answered, well or not), seconds, p50_ms and p99_ms (of an answer), errors
        (statuses from 400 on and failed connections), cpu_ms (of the server, for a request).

    Raises:
        SignsError: wrk failed.
    """
    before = server.cpu()
    options = (f"-c{scene.clients}", f"-d{seconds}s", f"-s{script}", server.url + scene.path)
    run = subprocess.run([*WRK, *options], capture_output=True, text=True, check=False)
    spent = server.cpu() - before
    server.wait_until_idle()
    lines = [line for line in run.stdout.splitlines() if line.startswith(MARK)]
    if run.returncode or not lines:
        raise SignsError(f"wrk failed: {run.stderr.strip() or run.stdout.strip()}")
    found: Values = json.loads(lines[-1].removeprefix(MARK))
    return found | {"cpu_ms": 1e3 * spent / max(1, found["requests"])}
