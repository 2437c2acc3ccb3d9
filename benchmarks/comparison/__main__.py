"""Recognition on photos, compared: our network, torchvision's through our pipeline, and a peer.

    uv run python -m benchmarks.comparison ../shared/gtsrb              all rows, then the table
    uv run python -m benchmarks.comparison ../shared/gtsrb peer-0.1     these rows, then the table
    uv run python -m benchmarks.comparison ../shared/gtsrb --speed      milliseconds anew, too

The folder needs a test part that shares no physical sign with its training part. Each row is a file
in `benchmarks/results/comparison/`, with machine and commit, as soon as it is measured; a row that
is there is not measured again (delete it to have it anew), and a training that was stopped goes on
after its last epoch. All rows take hours on two cores. The table is `comparison.md` beside them.
"""

import argparse

from benchmarks.comparison.files import MODELS, read_row, row_file
from benchmarks.comparison.rows import OPTIONAL, measures
from benchmarks.comparison.speed import measure_speed
from benchmarks.comparison.table import table
from benchmarks.publish import commit, processor, publish
from signs.errors import SignsError, one_line_errors
from signs.files import write_json


def main() -> None:
    """Measure what is not yet measured, print and write."""
    parser = argparse.ArgumentParser(description="Compare recognition on photos.")
    parser.add_argument("folder", help="photos in a layout that data.source takes")
    parser.add_argument("rows", nargs="*", help="of the table; all but the optional ones")
    parser.add_argument("--speed", action="store_true", help="measure milliseconds again")
    options = parser.parse_args()
    rows = measures(options.folder)
    if unknown := set(options.rows) - set(rows):
        raise SignsError(f"no row {', '.join(sorted(unknown))}: choose from {', '.join(rows)}")
    for name in options.rows or [name for name in rows if name not in OPTIONAL]:
        if read_row(name) is None:
            state = commit()  # before it takes an hour, in which files may change
            write_json(row_file(name), {"commit": state, "machine": processor(), **rows[name]()})
    if options.speed or read_row("speed") is None:
        write_json(row_file("speed"), measure_speed(sorted(MODELS.glob("*.onnx"))))
    found = {name: row for name in rows if (row := read_row(name)) is not None}
    publish("comparison.md", table(found, read_row("speed") or {}))


if __name__ == "__main__":
    with one_line_errors():
        main()
