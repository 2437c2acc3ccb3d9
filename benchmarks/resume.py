"""What it costs to kill a training run and start it again.

    uv run dvc repro split && uv run python benchmarks/resume.py

Trains on the packed data of the workspace for four epochs, once in peace and once killed (SIGKILL)
in the middle of the third epoch and started again, in a folder of its own; compares the weights.
The table lands in `benchmarks/results/resume.md`.
"""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from benchmarks.publish import publish
from signs.errors import SignsError, one_line_errors
from stages.paths import CHECKPOINT, TRAIN, TRAIN_STATES, VAL

ROOT = Path(__file__).parents[1]
EPOCHS = 4
KILLED_AFTER = 2.5  # epochs


def start(folder: Path) -> subprocess.Popen[bytes]:
    """The train stage in `folder`."""
    return subprocess.Popen(
        [sys.executable, "-m", "stages.train"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )


def finish(folder: Path) -> float:
    """Run to the end; seconds."""
    begin = time.perf_counter()
    if start(folder).wait() != 0:
        raise SignsError("training failed: see above")
    return time.perf_counter() - begin


def states(folder: Path) -> list[Path]:
    """The finished state files: one, once an epoch is done."""
    return list((folder / TRAIN_STATES).glob("[!.]*.pt"))


def kill_midway(folder: Path) -> tuple[float, float]:
    """Kill half an epoch after the second state; seconds in all, and those since that state."""
    begin = time.perf_counter()
    process = start(folder)
    saved: list[float] = []
    stamp = 0.0
    while len(saved) < int(KILLED_AFTER):
        times = [state.stat().st_mtime for state in states(folder)]
        if times and times[0] != stamp:
            stamp = times[0]
            saved.append(time.perf_counter())
        if process.poll() is not None:
            raise SignsError("training ended before it could be killed: see above")
        time.sleep(0.02)
    time.sleep((saved[1] - saved[0]) * (KILLED_AFTER % 1))
    lost = time.perf_counter() - saved[-1]
    process.send_signal(signal.SIGKILL)
    process.wait()
    return time.perf_counter() - begin, lost


def digest(folder: Path) -> str:
    """Of the checkpoint."""
    return hashlib.sha256((folder / CHECKPOINT).read_bytes()).hexdigest()


def main() -> None:
    """Measure, print and write."""
    if not TRAIN.exists():
        raise SignsError("no packed data here: run `uv run dvc repro split` first")
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    params["train"]["epochs"] = EPOCHS
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
        (folder / "data").mkdir()
        for path in (TRAIN, VAL):
            (folder / path).symlink_to(path.resolve())
        whole = finish(folder)
        expected = digest(folder)
        (folder / CHECKPOINT).unlink()
        first, lost = kill_midway(folder)
        size = states(folder)[0].stat().st_size / 1e6
        second = finish(folder)
        same = digest(folder) == expected
    rows = {
        f"in peace, {EPOCHS} epochs": f"{whole:.0f} s",
        "killed in the third epoch and started again": f"{first + second:.0f} s",
        "the difference": f"{first + second - whole:.0f} s ({(first + second) / whole - 1:.0%})",
        "of it, work since the last state": f"{lost:.0f} s",
        "the state on disk": f"{size:.1f} MB",
        "the same weights, to the last bit": "yes" if same else "no",
    }
    text = "| | |\n|---|---:|\n" + "".join(f"| {k} | {v} |\n" for k, v in rows.items())
    publish("resume.md", text)


if __name__ == "__main__":
    with one_line_errors():
        main()
