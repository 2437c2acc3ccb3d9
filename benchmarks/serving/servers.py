"""Starting, watching and stopping the servers that are measured."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from benchmarks.rows import ROOT
from signs.errors import SignsError

START_S = 120.0  # for a server to answer
STOP_S = 20.0  # for it to end after SIGTERM
QUIET_S = 0.1  # without work: then it has finished what was asked of it
PATIENCE_S = 5.0  # for that
BENTO = (sys.executable, "-m", "bentoml", "serve")  # without more, the service of bentofile.yaml


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        process: the first of its processes.
        url: without a slash at the end.
        log: the file with its output.
    """

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def processes(self) -> list[psutil.Process]:
        """The first process and all below it that live, itself first."""
        with suppress(psutil.NoSuchProcess):
            first = psutil.Process(self.process.pid)
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
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(self.url + path, timeout=5).status_code == 200:
                    return
            time.sleep(0.2)
        last = self.log.read_text(errors="replace").strip().splitlines()[-1:] or ["no output"]
        raise SignsError(f"a server does not answer: {self.process.args!r}; it said {last[0]!r}")

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
        self.process.terminate()
        _, left = psutil.wait_procs(processes, timeout=STOP_S)
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()


@contextmanager
def running(
    command: Sequence[str], folder: Path, extra: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start a server, and stop it at the end; it may not be up yet.

    It gets this environment without the service's own variables, so that it runs as it does by
    default, and a home of its own for BentoML, whose servers would share counts and locks there.

    Args:
        command: to which `--host` and `--port` are added.
        folder: one that does not exist, for its output and what BentoML keeps.
        extra: variables of the environment. The service's own are left out, so that it runs as it
            does by default.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
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
            start_new_session=True,  # Ctrl-C is for the benchmark, which then stops the server
        )
    server = Server(process, f"http://127.0.0.1:{port}", log)
    try:
        yield server
    finally:
        server.stop()
