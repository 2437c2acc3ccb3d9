"""The load generator: wrk, posting one body again and again over connections that stay open."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.images import Upload
from benchmarks.serving.servers import Server
from signs.errors import SignsError

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
class Load:
    """What clients saw of a server in one stretch of time.

    Attributes:
        requests: answered, well or not.
        seconds: the length of the stretch.
        p50_ms: the median time of an answer, in milliseconds.
        p99_ms: the time that one answer in a hundred exceeds, in milliseconds.
        errors: answers with a status of 400 or more, and failures of connections.
        cpu_ms: of the server's processor time, user and system, per request, in milliseconds.
    """

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    errors: int
    cpu_ms: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    @property
    def cores(self) -> float:
        """How many of them kept the server busy."""
        return self.cpu_ms / 1e3 * self.rate


def need_wrk() -> None:
    """Raises SignsError: wrk is not installed."""
    if shutil.which("wrk") is None:
        raise SignsError("wrk is not installed: apt install wrk")


def prepare(upload: Upload, path: Path) -> Path:
    """Write the script that makes wrk post a body; `path` has the suffix `.lua`."""
    body = upload.write_to(path.with_suffix(".body"))
    script = SCRIPT.format(body=body, content_type=upload.content_type, mark=MARK)
    path.write_text(script, encoding="utf-8")
    return path


def press(server: Server, path: str, script: Path, clients: int, seconds: int) -> Load:
    """Load a server, and wait until it is at rest again.

    Args:
        server: the one.
        path: that is posted to.
        script: from `prepare`.
        clients: connections, each with one request at a time.
        seconds: for how long.

    Raises:
        SignsError: wrk failed.
    """
    before = server.cpu()
    run = subprocess.run(
        [*WRK, f"-c{clients}", f"-d{seconds}s", f"-s{script}", server.url + path],
        capture_output=True,
        text=True,
        check=False,
    )
    spent = server.cpu() - before
    server.wait_until_idle()
    lines = [line for line in run.stdout.splitlines() if line.startswith(MARK)]
    if run.returncode or not lines:
        raise SignsError(f"wrk failed: {run.stderr.strip() or run.stdout.strip()}")
    found = json.loads(lines[-1].removeprefix(MARK))
    return Load(**found, cpu_ms=1e3 * spent / max(1, found["requests"]))
