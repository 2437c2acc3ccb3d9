"""Starting, watching and stopping the servers that are measured."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil

from benchmarks.publish import processor
from signs.errors import SignsError

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "model.onnx"
PORTS = iter(range(4400, 4500))
START_S = 120.0  # for a server to answer
STOP_S = 20.0  # for it to end after SIGTERM
QUIET_S = 0.1  # without work: then it has finished what was asked of it
PATIENCE_S = 5.0  # for that
BENTO = (sys.executable, "-m", "bentoml", "serve")
SERVICE = BENTO  # in the repository: bentofile.yaml names it


class Server:
    """A running server: a process and its children.

    Args:
        name: for people.
        process: the first of its processes.
        port: on 127.0.0.1.
        log: the file with its output.
    """

    def __init__(self, name: str, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.name = name
        self.url = f"http://127.0.0.1:{port}"
        self._process = process
        self._log = log

    def processes(self) -> list[psutil.Process]:
        """The first process and all below it that live, itself first."""
        with suppress(psutil.NoSuchProcess):
            first = psutil.Process(self._process.pid)
            return [first, *first.children(recursive=True)]
        return []

    def cpu(self) -> float:
        """Seconds of processor time, user and system, of all processes since they started."""
        total = 0.0
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
        return total

    def wait_until_up(self, path: str) -> None:
        """Return when a GET of a path is answered with 200.

        Raises:
            SignsError: the server ended, or did not answer in time.
        """
        end = time.monotonic() + START_S
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(self.url + path, timeout=5).status_code == 200:
                    return
            time.sleep(0.2)
        last = self._log.read_text(errors="replace").strip().splitlines()[-1:] or ["no output"]
        raise SignsError(f"the server {self.name!r} does not answer; it said last: {last[0]}")

    def wait_until_idle(self) -> None:
        """Return when it has finished what clients who are gone asked of it, or after 5 s."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            before = self.cpu()
            time.sleep(QUIET_S)
            if self.cpu() - before < QUIET_S / 4:
                return

    def stop(self) -> None:
        """End it with SIGTERM and wait; kill what is left of it after that."""
        processes = self.processes()
        if self._process.poll() is None:
            self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_S)
        _, left = psutil.wait_procs(processes, timeout=1)
        for process in left:
            print(f"{self.name}: process {process.pid} outlived SIGTERM", file=sys.stderr)
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait(STOP_S)


@contextmanager
def running(
    name: str, command: Sequence[str], folder: Path, extra: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start a server, and stop it at the end; it may not be up yet.

    The environment is ours without the service's own variables, so that it runs as it does by
    default, and with a home of its own for BentoML, whose servers share counts and locks there.

    Args:
        name: for people.
        command: to which `--host` and `--port` are added.
        folder: an empty one of its own, for its output and what BentoML keeps.
        extra: variables of the environment.
    """
    port = free_port()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("SIGNS_")}
    home = {"BENTOML_HOME": str(folder), "BENTOML_DO_NOT_TRACK": "True"}
    log = folder / "output.log"
    folder.mkdir(parents=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=ROOT,
            env=inherited | home | dict(extra or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us, who then stop it
        )
    server = Server(name, process, port, log)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def our_service(folder: Path) -> Iterator[Server]:
    """`bentoml serve` in the repository, up and with default settings.

    Raises:
        SignsError: there is no model, or it does not start.
    """
    need_model()
    with running("ours", SERVICE, folder) as server:
        server.wait_until_up("/readyz")
        yield server


def need_model() -> None:
    """Raises SignsError: there is no model to serve."""
    if not MODEL.exists():
        raise SignsError("no models/model.onnx here: run `uv run dvc repro` or `dvc pull` first")


def free_port() -> int:
    """The next port from 4400 on that nobody listens at."""
    for port in PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise SignsError("no free port from 4400 to 4499: stop a server")


def machine() -> str:
    """A phrase on the processor, for tables."""
    return f"{processor()}, servers and clients on the same"
