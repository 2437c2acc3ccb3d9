"""One store of rows for all benchmarks: what was measured, and what it was made of.

A row is a file `benchmarks/results/BENCHMARK/ROW.json`: the `commit` and the `machine` that it was
measured with; `made_of`, digests of the code, data, params and model that it rests on; and what was
measured. A row is stale where a digest differs from the present tree's; `made_of: null` means that
none were recorded, so such a row is stale. Each file is written as soon as its row is measured: a
run that is stopped loses none. The table beside the folder, `BENCHMARK.md`, marks stale rows.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from signs.errors import SignsError
from signs.files import write_json, write_text
from signs.training.fingerprint import fingerprint

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
MODEL = ROOT / "models" / "model.onnx"  # of the default run
DIGITS = 16  # of a digest of code or data, in hex

Row = dict[str, Any]
MadeOf = Mapping[str, str]
Measures = Mapping[str, tuple[MadeOf, Callable[[], Row]]]  # what a row is made of, what measures it


def is_stale(row: Row, present: MadeOf) -> bool:
    """Whether a row was made of something else than the present tree.

    Args:
        present: what can be told of the tree; that may be less than the row holds, as where the
            photos are not at hand.
    """
    made_of = row["made_of"]
    return made_of is None or any(made_of.get(of) != digest for of, digest in present.items())


def is_out_of_date(row: Row) -> bool:
    """Whether the code that a row was measured with has changed, as far as the row says which.

    Needs neither photos nor models: a test can ask it of every committed row.
    """
    made_of = row.get("made_of") or {}
    return "code_of" not in made_of or is_stale(row, code(*made_of["code_of"].split()))


def origin(row: Row, present: MadeOf) -> str:
    """A row's commit for tables, with a mark where the row is stale."""
    return row["commit"] + (" (stale)" if is_stale(row, present) else "")


def read_rows(benchmark: str, order: Iterable[str]) -> dict[str, Row]:
    """The rows of a benchmark that are there, by name."""
    files = {name: RESULTS / benchmark / f"{name}.json" for name in order}
    return {
        name: json.loads(path.read_text(encoding="utf-8"))
        for name, path in files.items()
        if path.is_file()
    }


def measure_rows(benchmark: str, measures: Measures, named: Sequence[str]) -> None:
    """Measure rows, and write each as soon as it is there.

    Args:
        measures: by name of the row.
        named: the rows to measure; none stand for all that are missing or stale.

    Raises:
        SignsError: there is no row of such a name.
    """
    if unknown := set(named) - set(measures):
        known = ", ".join(measures)
        raise SignsError(f"no row {', '.join(sorted(unknown))}: choose from {known}")
    kept = read_rows(benchmark, measures)
    for name, (made_of, measure) in measures.items():
        if name in named or (not named and (name not in kept or is_stale(kept[name], made_of))):
            print(f"{benchmark}: {name} ...", flush=True)
            head = {"commit": commit(), "machine": machine(), "made_of": dict(made_of)}
            write_json(RESULTS / benchmark / f"{name}.json", head | measure())


def publish(benchmark: str, lines: Iterable[str]) -> None:
    """Print a Markdown table and write it to `benchmarks/results/BENCHMARK.md`.

    Raises:
        OSError: the file cannot be written.
    """
    text = "\n".join(lines)
    write_text(RESULTS / f"{benchmark}.md", text + "\n")
    print(text)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> list[str]:
    """A table; its first `left` columns are aligned to the left, the others to the right."""
    rule = ["---" if place < left else "---:" for place in range(len(head))]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]


def code(*names: str) -> MadeOf:
    """Files and folders of the repository, and the digest of all that lies in them."""
    files = [
        file
        for name in names
        for file in ([ROOT / name] if (ROOT / name).is_file() else sorted((ROOT / name).rglob("*")))
        if file.is_file() and "__pycache__" not in file.parts
    ]
    return {"code_of": " ".join(names), "code": fingerprint(files, {})[:DIGITS]}


def data(*folders: Path | str | None) -> MadeOf:
    """The digest of all files in some folders; nothing where one is None."""
    if None in folders:
        return {}
    files = [path for folder in folders for path in sorted(Path(folder or "").rglob("*"))]
    return {"data": fingerprint([path for path in files if path.is_file()], {})[:DIGITS]}


def params(content: Mapping[str, Any]) -> MadeOf:
    """The digest of params."""
    return {"params": fingerprint([], content)[:DIGITS]}


def model(path: Path | None) -> MadeOf:
    """The MD5 of a model file, as in `dvc.lock`; nothing where it is not on this machine.

    Args:
        path: None stands for the one that `dvc.lock` names.
    """
    if path is not None:
        return {"model": hashlib.md5(path.read_bytes()).hexdigest()} if path.is_file() else {}
    lock = yaml.safe_load((ROOT / "dvc.lock").read_text(encoding="utf-8"))
    outputs = {out["path"]: out["md5"] for out in lock["stages"]["export"]["outs"]}
    return {"model": outputs[MODEL.relative_to(ROOT).as_posix()]}


def machine() -> str:
    """A phrase on the processor that this process may use."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    name = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), "?")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} core{'' if cores == 1 else 's'} ({name})"


def commit() -> str:
    """The commit that is checked out, with a + where code or params differ from it."""

    def git(*args: str) -> str:
        done = subprocess.run(["git", *args], cwd=ROOT, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    parts = ("signs", "stages", "service.py", "params.yaml", ":(glob)benchmarks/**/*.py")
    changed = git("status", "--porcelain", "--", *parts)
    return git("rev-parse", "--short=7", "HEAD") + ("+" if changed else "")
