"""What a browser needs: Chromium's options, and the page on a free port."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.conftest import ROOT
from tests.serving.server import PATIENCE_S, free_port

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def page_server(service: str, log: Path) -> Iterator[str]:
    """`streamlit run ui/app.py` for a service."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "ui/app.py"]
    options = ["--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true"]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*command, *options, "--logger.hideWelcomeMessage=true"],
            cwd=ROOT,
            env=os.environ | {"SERVICE_URL": service},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    url, end = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE_S
    try:
        while time.monotonic() < end and process.poll() is None:
            try:
                if httpx.get(f"{url}/_stcore/health").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            raise AssertionError(f"the page did not start:\n{log.read_text()}")
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
