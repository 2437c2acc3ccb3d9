"""Recognition on photos, compared: our network, torchvision's through our pipeline, and a peer.

    uv run python -m benchmarks.comparison ../shared/gtsrb              all rows, then the table
    uv run python -m benchmarks.comparison ../shared/gtsrb peer-0.1     these rows, then the table
    uv run python -m benchmarks.comparison ../shared/gtsrb --speed      milliseconds anew, too

The folder needs a test part that shares no physical sign with its training part. Each row is a file
in `benchmarks/results/comparison/`, with machine and commit, as soon as it is measured; a row that
is there is not measured again (delete its file to have it anew; one of another folder counts as
missing), and a training that was stopped goes on after its last epoch. All rows take hours on two
cores; several may be measured at once, each by a command that names it. Milliseconds are measured,
all networks in turns, once the rows are there: let nothing else run then. The table is
`comparison.md` beside the folder of rows.
"""

import argparse
import os
from pathlib import Path

from benchmarks.comparison.files import Row, forget_states, model_file, read_row, row_file
from benchmarks.comparison.rows import OPTIONAL, PEERS, measures
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
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # CPU seconds would mean nothing
    rows = measures(options.folder)
    if unknown := set(options.rows) - set(rows):
        raise SignsError(f"no row {', '.join(sorted(unknown))}: choose from {', '.join(rows)}")
    folder = Path(options.folder).resolve().name
    made = {"folder": folder, "commit": commit(), "machine": processor()}
    for name in options.rows or [name for name in rows if name not in OPTIONAL]:
        if found_of(folder, name) is None:
            write_json(row_file(name), made | rows[name]())
            if name not in PEERS or all(found_of(folder, peer) for peer in PEERS):
                forget_states("peer" if name in PEERS else name)
    found = {name: row for name in rows if (row := found_of(folder, name)) is not None}
    publish("comparison.md", table(found, speeds(found, options.speed)))


def found_of(folder: str, name: str) -> Row | None:
    """A row that was measured on the folder of that name."""
    row = read_row(name)
    return row if row is not None and row["folder"] == folder else None


def speeds(rows: dict[str, Row], again: bool) -> Row:
    """The milliseconds of all rows: those kept, or measured now where a network has none.

    Raises:
        SignsError: they shall be measured again, and a network of a row is not on this machine.
    """
    files = [
        model_file(name, precision) for name, row in rows.items() for precision in row["files"]
    ]
    kept = read_row("speed") or {"milliseconds": {}}
    missing = [path.stem for path in files if not path.is_file()]
    if again and missing:
        raise SignsError(
            f"no file of {', '.join(missing)} in {files[0].parent}: their rows were measured "
            "elsewhere; delete the rows to train them here"
        )
    if again or (not missing and any(path.stem not in kept["milliseconds"] for path in files)):
        kept = {"commit": commit(), **measure_speed(files)}
        write_json(row_file("speed"), kept)
    return kept


if __name__ == "__main__":
    with one_line_errors():
        main()
