"""A real server for tests: `bentoml serve` on a free port, stopped with SIGTERM."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.conftest import ROOT

PATIENCE_S = 60  # for a start on a busy machine


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        url: without a slash at the end.
        process: the parent of the workers.
        log: the file that it writes to.
    """

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return "127.0.0.1", int(self.url.rsplit(":", 1)[1])


def free_port() -> int:
    """A port of 127.0.0.1 that is not in use."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(log: Path, model: Path, *, folder: Path = ROOT, **settings: object) -> Iterator[Server]:
    """Serve a model; settings are the service's own, such as `max_body_mb=1`.

    Without a detector, unless the settings name one.
    """
    port = free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SIGNS_")}
    environment = clean | {
        "SIGNS_MODEL": str(model),
        "SIGNS_DETECTOR": "none",
        "BENTOML_DO_NOT_TRACK": "True",
        # Each server needs its own: it empties the folder of counts in there when it starts.
        "BENTOML_HOME": str(log.parent / "bentoml"),
        **{f"SIGNS_{name.upper()}": str(value) for name, value in settings.items()},
    }
    command = [sys.executable, "-m", "bentoml", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with running(command, port, "/readyz", log, environment, folder) as server:
        yield server


@contextmanager
def running(
    command: list[str],
    port: int,
    ready: str,
    log: Path,
    environment: dict[str, str],
    folder: Path = ROOT,
) -> Iterator[Server]:
    """A server on a port of 127.0.0.1, from when its path `ready` answers until SIGTERM."""
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=stream, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_until(server, ready)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)


def _wait_until(server: Server, ready: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and server.process.poll() is None:
        try:
            if httpx.get(server.url + ready).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{server.log.read_text()}")
