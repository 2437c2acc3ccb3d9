"""Start service and page with one command: `uv run python -m ui`. Ctrl-C stops both.

Arguments go to Streamlit; `BENTOML_PORT` sets the port of the service. Both listen on this machine
alone.
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
# SIGHUP, which Windows lacks, says that the terminal was closed.
STOPPING = [getattr(signal, s) for s in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, s)]
POLL_S = 0.2
PATIENCE_S = 15  # for a process to stop


def _problem() -> str | None:
    """Why the service could not start; None if it can."""
    if not PORT.isdecimal() or not 0 < int(PORT) < 2**16:
        return f"BENTOML_PORT is {PORT!r}: set it to a number from 1 to 65535"
    with socket.socket() as probe:
        if probe.connect_ex((HOST, int(PORT))) == 0:
            return (
                f"port {PORT} is in use: stop what runs there, or set BENTOML_PORT to a free port"
            )
    return None


def main() -> int:
    """Start both, wait until one exits, and stop the other.

    Returns:
        The exit code of the one that exited first; 0 after a signal.
    """
    if (problem := _problem()) is not None:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    for kind in STOPPING:
        signal.signal(kind, signal.default_int_handler)
    running: list[subprocess.Popen[bytes]] = []
    try:
        environment = {"BENTOML_DO_NOT_TRACK": "True"} | os.environ
        environment["SERVICE_URL"] = f"http://{HOST}:{PORT}"
        running.extend(subprocess.Popen(c, cwd=ROOT, env=environment) for c in (SERVICE, PAGE))
        while all(process.poll() is None for process in running):
            time.sleep(POLL_S)
        return next(process.returncode for process in running if process.returncode is not None)
    except KeyboardInterrupt:  # a terminal interrupts all three processes
        return 0
    finally:
        for kind in STOPPING:
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
