"""What the service costs and withstands.

    uv run python -m benchmarks.serving               both rows: 8 and 3 minutes
    uv run python -m benchmarks.serving load          beside FastAPI and an empty endpoint; needs wrk
    uv run python -m benchmarks.serving soak          memory under 20,000 requests
    uv run python -m benchmarks.serving --quick       a smoke test that writes nothing
    uv run python -m benchmarks.serving --table       measures nothing

The service runs with the model of the default run. Let nothing else run on the machine.
`benchmarks.rows` says where rows are kept.
"""

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import rows
from benchmarks.rows import MODEL, MadeOf, Row, Values
from benchmarks.serving.load import measure_load
from benchmarks.serving.soak import measure_soak
from benchmarks.serving.tables import load_table, soak_table
from signs.errors import SignsError, one_line_errors

NAME = "serving"
CODE = ("benchmarks/serving", "service.py", "signs/inference", "signs/serving")
TABLES = {"load": load_table, "soak": soak_table}
WHOLE = {
    "load": partial(measure_load, rounds=3, seconds=4),
    "soak": partial(measure_soak, count=20_000),
}
QUICK = {
    "load": partial(measure_load, rounds=1, seconds=1),
    "soak": partial(measure_soak, count=400),
}


def main() -> None:
    """Measure, then write the tables."""
    parser = argparse.ArgumentParser(description="Measure the service.")
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(TABLES)}; in any case measured")
    parser.add_argument("--quick", action="store_true", help="little of all; writes nothing")
    parser.add_argument("--table", action="store_true", help="measure nothing, write the tables")
    options = parser.parse_args()
    chosen = options.rows or list(TABLES)
    if unknown := set(chosen) - set(TABLES):
        raise SignsError(f"no row {', '.join(sorted(unknown))}: choose from {', '.join(TABLES)}")
    if not options.table and not MODEL.is_file():
        raise SignsError("no models/model.onnx here: run `uv run dvc repro` or `dvc pull` first")
    made_of = {"code": rows.code(*CODE)} | rows.model(None if options.table else MODEL)
    if options.quick:
        for name in chosen:
            row = Row(in_folder(QUICK[name]), rows.commit(), rows.machine(), None)
            print("\n".join(TABLES[name](row, made_of)))
        return
    if not options.table:
        wanted: dict[str, tuple[MadeOf, Callable[[], Values]]] = {
            name: (made_of, partial(in_folder, WHOLE[name])) for name in chosen
        }
        rows.measure_rows(NAME, wanted, again=bool(options.rows))
    found = rows.read_rows(NAME)
    lines = [f"Command: `uv run python -m benchmarks.{NAME}`\n"]
    for name in TABLES:
        lines += TABLES[name](found[name], made_of) if name in found else []
    rows.publish(NAME, lines)


def in_folder(measure: Callable[[Path], Values]) -> Values:
    """Call with an empty folder, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder))


if __name__ == "__main__":
    with one_line_errors():
        main()
