"""One store of rows for all benchmarks: what was measured, and what it was made of.

A row is a file `benchmarks/results/BENCHMARK/ROW.json`: `values`, the `commit` and the `machine`
that they were measured with, and `made_of`, digests of the code, data, params and model that they
rest on. A row is stale where one of these differs from the present tree's; `made_of: null` means
that nothing was recorded, so such a row is stale. Each file is written as soon as its row is
measured: a run that is stopped loses none. The table beside the folder, `BENCHMARK.md`, marks
stale rows.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from signs.files import write_json, write_text
from signs.training.fingerprint import fingerprint

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
MODEL = ROOT / "models" / "model.onnx"  # of the default run
DIGITS = 16  # of a digest, in hex

Values = dict[str, Any]
MadeOf = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One measurement.

    Attributes:
        values: what was measured.
        commit: that was checked out; with a + where code or params differed from it.
        machine: a phrase; None where it was not recorded.
        made_of: digests by what they are of; None where they were not recorded.
    """

    values: Values
    commit: str
    machine: str | None
    made_of: dict[str, str] | None

    def stale(self, present: MadeOf) -> bool:
        """Whether it was made of something else.

        Args:
            present: what can be told of the present tree; there may be less of it than in the row,
                as where the photos are not at hand.
        """
        made_of = self.made_of
        return made_of is None or any(made_of.get(of) != value for of, value in present.items())

    def origin(self, present: MadeOf) -> str:
        """The commit, and whether the row is stale, for tables."""
        return self.commit + (" (stale)" if self.stale(present) else "")


def read_rows(benchmark: str) -> dict[str, Row]:
    """All rows of a benchmark, by name, in the order of the names."""
    files = sorted((RESULTS / benchmark).glob("*.json"))
    return {path.stem: Row(**json.loads(path.read_text(encoding="utf-8"))) for path in files}


def measure_rows(
    benchmark: str, measures: Mapping[str, tuple[MadeOf, Callable[[], Values]]], again: bool
) -> None:
    """Measure rows, and write each as soon as it is there.

    Args:
        measures: by name of the row, what it will be made of and what returns its values.
        again: measure those too that are not stale.
    """
    kept = read_rows(benchmark)
    for name, (made_of, measure) in measures.items():
        if again or name not in kept or kept[name].stale(made_of):
            print(f"{benchmark}: {name} ...", flush=True)
            row = Row(measure(), commit(), machine(), dict(made_of))
            write_json(RESULTS / benchmark / f"{name}.json", asdict(row))


def publish(benchmark: str, lines: Iterable[str]) -> None:
    """Print a Markdown table and write it to `benchmarks/results/BENCHMARK.md`.

    Raises:
        OSError: the file cannot be written.
    """
    text = "\n".join(lines)
    print(text)
    write_text(RESULTS / f"{benchmark}.md", text + "\n")


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> list[str]:
    """A table; its first `left` columns are aligned to the left, the others to the right."""
    rule = ["---" if place < left else "---:" for place in range(len(head))]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]


def code(*names: str) -> str:
    """A digest of Python files and folders of the repository."""
    return fingerprint([ROOT / name for name in names], {})[:DIGITS]


def data(*folders: Path | str) -> str:
    """A digest of all files in some folders."""
    files = [path for folder in folders for path in sorted(Path(folder).rglob("*"))]
    return fingerprint([path for path in files if path.is_file()], {})[:DIGITS]


def md5(path: Path) -> str:
    """Of a file, as `dvc.lock` has it."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "md5").hexdigest()


def model(path: Path | None) -> dict[str, str]:
    """The entry of `made_of` for a model file; empty where it is not on this machine.

    Args:
        path: None stands for the one that `dvc.lock` names.
    """
    if path is not None:
        return {"model": md5(path)} if path.is_file() else {}
    lock = yaml.safe_load((ROOT / "dvc.lock").read_text(encoding="utf-8"))
    outputs = {out["path"]: out["md5"] for out in lock["stages"]["export"]["outs"]}
    found = outputs.get(MODEL.relative_to(ROOT).as_posix())
    return {"model": found} if found else {}


def machine() -> str:
    """A phrase on the processor that this process may use."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), "?")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} core{'' if cores == 1 else 's'} ({model})"


def commit() -> str:
    """The commit that is checked out, with a + where code or params differ from it."""

    def git(*args: str) -> str:
        done = subprocess.run(["git", *args], cwd=ROOT, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    parts = ("signs", "stages", "service.py", "params.yaml", ":(glob)benchmarks/**/*.py")
    changed = git("status", "--porcelain", "--", *parts)
    return git("rev-parse", "--short=7", "HEAD") + ("+" if changed else "")
