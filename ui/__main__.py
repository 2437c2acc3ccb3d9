"""Service and page with one command: `uv run python -m ui`. Ctrl-C ends both.

Arguments go to Streamlit; `BENTOML_PORT` moves the service. Both listen on this machine alone.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
PORT = os.environ.get("BENTOML_PORT", "3000")
SERVICE = [sys.executable, "-m", "bentoml", "serve", "--host", HOST, "--port", PORT]
PAGE = [sys.executable, "-m", "streamlit", "run", str(ROOT / "ui" / "app.py"), *sys.argv[1:]]
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the last: its terminal was closed
LOOK_S = 0.2
PATIENCE_S = 15


def _trouble() -> str | None:
    """Why the service could not start."""
    if not PORT.isdecimal() or not 0 < int(PORT) < 2**16:
        return f"BENTOML_PORT is {PORT!r}: give a number from 1 to 65535"
    with socket.socket() as probe:
        if probe.connect_ex((HOST, int(PORT))) == 0:
            return f"port {PORT} is taken: end what runs there, or set BENTOML_PORT to another"
    return None


def main() -> int:
    """Start both, wait until one ends, end the other: the exit code of the first."""
    if (trouble := _trouble()) is not None:
        print(f"error: {trouble}", file=sys.stderr)
        return 1
    for kind in ENDS:
        signal.signal(kind, signal.default_int_handler)
    running: list[subprocess.Popen[bytes]] = []
    try:
        environment = {"BENTOML_DO_NOT_TRACK": "True"} | os.environ
        environment["SERVICE_URL"] = f"http://{HOST}:{PORT}"
        running.extend(subprocess.Popen(c, cwd=ROOT, env=environment) for c in (SERVICE, PAGE))
        while all(process.poll() is None for process in running):
            time.sleep(LOOK_S)
        return next(process.returncode for process in running if process.returncode is not None)
    except KeyboardInterrupt:  # which a terminal sends to all three
        return 0
    finally:
        for kind in ENDS:
            signal.signal(kind, signal.SIG_IGN)
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()


if __name__ == "__main__":
    sys.exit(main())
