"""Where results go: the screen, and files that are committed."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from signs.files import atomic_path, write_json

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"


def publish(name: str, text: str) -> None:
    """Print a Markdown text, and write it to `benchmarks/results/NAME`.

    Raises:
        OSError: the file cannot be written.
    """
    print(text)
    with atomic_path(RESULTS / name) as path:
        path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def measure_missing(
    name: str, made_of: Mapping[str, Any], measures: Mapping[str, Callable[[], dict[str, Any]]]
) -> dict[str, dict[str, Any]]:
    """The rows of a long benchmark, each kept in `benchmarks/results/NAME` once it is measured.

    A second start goes on where the first was stopped.

    Args:
        made_of: what all rows rest on; kept rows of anything else are measured anew.
        measures: what measures each row, by its name.

    Returns:
        The rows in the order of `measures`.
    """
    path = RESULTS / name
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    rows = kept["rows"] if kept.get("made_of") == made_of else {}
    for row, measure in measures.items():
        if row not in rows:
            rows[row] = measure()
            write_json(path, {"made_of": made_of, "rows": rows})
    return {row: rows[row] for row in measures}


def processor() -> str:
    """A phrase on the processor that this process may use."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), "?")
    cores = len(os.sched_getaffinity(0))
    return f"{cores} core{'s' if cores > 1 else ''} ({model})"


def commit() -> str:
    """The commit that is checked out, with a + where code or params differ from it."""

    def git(*args: str) -> str:
        return subprocess.run(
            ["git", *args], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout.strip()

    changed = git(
        "status", "--porcelain", "--", "signs", "stages", "params.yaml", ":(glob)benchmarks/**/*.py"
    )
    return git("rev-parse", "--short=7", "HEAD") + ("+" if changed else "")
