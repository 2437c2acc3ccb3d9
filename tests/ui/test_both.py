"""Service and page with one command."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.serving.server import PATIENCE_S, free_port

COMMAND = [sys.executable, "-m", "ui", "--server.headless=true", "--logger.hideWelcomeMessage=true"]


@pytest.mark.slow
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_both_start_and_both_end(
    ended_by: signal.Signals, model_file: Path, tmp_path: Path
) -> None:
    service, page = free_port(), free_port()
    environment = os.environ | {
        "BENTOML_PORT": str(service),
        "BENTOML_HOME": str(tmp_path),
        "SIGNS_MODEL": str(model_file),
        "SIGNS_WORKERS": "1",
    }
    process = subprocess.Popen([*COMMAND, f"--server.port={page}"], cwd=ROOT, env=environment)
    urls = f"http://127.0.0.1:{service}/readyz", f"http://localhost:{page}/_stcore/health"
    try:
        end = time.monotonic() + PATIENCE_S
        while not all(_answers(url) for url in urls):
            assert time.monotonic() < end
            assert process.poll() is None
            time.sleep(0.2)
    finally:
        process.send_signal(ended_by)
        try:
            code = process.wait(PATIENCE_S)
        finally:
            process.terminate()  # in case it ignored the signal
    assert code == 0
    assert not any(_answers(url) for url in urls)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("port", ["taken", "many", "99999"])
def test_a_port_that_cannot_be_is_one_line(port: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        asked = str(other.getsockname()[1]) if port == "taken" else port
        done = subprocess.run(
            COMMAND,
            cwd=ROOT,
            env=os.environ | {"BENTOML_PORT": asked},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
