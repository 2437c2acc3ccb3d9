"""What the service costs and withstands.

    uv run python -m benchmarks.serving          rows not there, or stale; 8 and 3 minutes
    uv run python -m benchmarks.serving load     beside FastAPI and an empty endpoint; needs wrk
    uv run python -m benchmarks.serving soak     memory under 20,000 requests
    uv run python -m benchmarks.serving --table  measures nothing

The service runs with the model of the default run. Let nothing else run on the machine.
`benchmarks.rows` says where rows are kept.
"""

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import rows
from benchmarks.rows import MODEL, Row
from benchmarks.serving.load import measure_load
from benchmarks.serving.soak import measure_soak
from benchmarks.serving.tables import load_table, soak_table
from signs.errors import SignsError, one_line_errors

NAME = "serving"
CODE = (
    "benchmarks/serving", "service.py", "signs/catalog", "signs/inference", "signs/records",
    "signs/serving",
)  # fmt: skip
MEASURES = {"load": measure_load, "soak": measure_soak}
TABLES = {"load": load_table, "soak": soak_table}


def main() -> None:
    """Measure, then write the tables."""
    parser = argparse.ArgumentParser(description="Measure the service.")
    parser.add_argument("rows", nargs="*", help="to measure; none: those not there, or stale")
    parser.add_argument("--table", action="store_true", help="measure nothing, write the tables")
    options = parser.parse_args()
    if not options.table:
        if not MODEL.is_file():
            raise SignsError("no models/model.onnx: run `uv run dvc repro` or `dvc pull` first")
        made_of = {**rows.code(*CODE), **rows.model(MODEL)}
        measures = {n: (made_of, partial(in_folder, how)) for n, how in MEASURES.items()}
        rows.measure_rows(NAME, measures, options.rows)
    present = {**rows.code(*CODE), **rows.model(None)}
    lines = [f"Command: `uv run python -m benchmarks.{NAME}`\n"]
    for name, row in rows.read_rows(NAME, TABLES).items():
        lines += TABLES[name](row, present)
    rows.publish(NAME, lines)


def in_folder(measure: Callable[[Path], Row]) -> Row:
    """Call with an empty folder, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder))


if __name__ == "__main__":
    with one_line_errors():
        main()
