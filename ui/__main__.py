"""Service and page with one command: `uv run python -m ui`. Ctrl-C ends both."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SERVICE = [sys.executable, "-m", "bentoml", "serve"]
PAGE = [sys.executable, "-m", "streamlit", "run", str(ROOT / "ui" / "app.py"), *sys.argv[1:]]
LOOK_S = 0.2
PATIENCE_S = 15


def main() -> int:
    """Start both, wait until one ends, end the other: the exit code of the first."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    local = {"BENTOML_DO_NOT_TRACK": "True", "SERVICE_URL": "http://localhost:3000"}
    running: list[subprocess.Popen[bytes]] = []
    try:
        environment = local | os.environ
        running.extend(subprocess.Popen(c, cwd=ROOT, env=environment) for c in (SERVICE, PAGE))
        while all(process.poll() is None for process in running):
            time.sleep(LOOK_S)
        return next(process.returncode for process in running if process.returncode is not None)
    except KeyboardInterrupt:  # which a terminal sends to all three
        return 0
    finally:
        for kind in (signal.SIGINT, signal.SIGTERM):
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
