"""Recognition on photos, compared: our network, torchvision's through our pipeline, and a peer.

    uv run python -m benchmarks.recognition ../shared/gtsrb              all rows, then the table
    uv run python -m benchmarks.recognition ../shared/gtsrb peer-0.1     these rows, then the table
    uv run python -m benchmarks.recognition ../shared/gtsrb --speed      milliseconds anew, too

The folder needs a test part that shares no physical sign with its training part. Each row is a file
in `benchmarks/results/comparison/`, with machine and commit, as soon as it is measured; a row that
is there is not measured again (delete its file to have it anew), and a training that was stopped
goes on after its last epoch. All rows take hours on two cores; several may be measured at once,
each by a command that names it. Milliseconds are measured, all networks in turns, once the rows are
there: let nothing else run then. The table is `comparison.md` beside the folder of rows. For
another folder of photos, move the rows away first.
"""

import argparse
import os
from collections.abc import Sequence

from benchmarks.recognition.files import Row, forget_states, model_file, read_row, row_file
from benchmarks.recognition.rows import OPTIONAL, PEERS, Photos, measures
from benchmarks.recognition.speed import measure_speed
from benchmarks.recognition.table import table
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
    photos = Photos(options.folder)
    rows = measures(photos)
    if unknown := set(options.rows) - set(rows):
        raise SignsError(f"no row {', '.join(sorted(unknown))}: choose from {', '.join(rows)}")
    refuse_rows_of_others(photos.name, photos.test_count, list(rows))
    made = {"folder": photos.name, "commit": commit(), "machine": processor()}
    for name in options.rows or [name for name in rows if name not in OPTIONAL]:
        if read_row(name) is None:
            write_json(row_file(name), made | rows[name]())
            if name not in PEERS or all(read_row(peer) for peer in PEERS):
                forget_states("peer" if name in PEERS else name)
    found = {name: row for name in rows if (row := read_row(name)) is not None}
    publish("comparison.md", table(found, speeds(found, options.speed)))


def refuse_rows_of_others(folder: str, test_count: int, names: Sequence[str]) -> None:
    """Keep rows of other photos from being taken for these.

    Raises:
        SignsError: a row is of a folder of another name, or with another number of test photos.
    """
    for name in names:
        row = read_row(name)
        if row is not None:
            kept = row["folder"], row["files"]["fp32"]["images"]
            if kept != (folder, test_count):
                raise SignsError(
                    f"{row_file(name)} is of other photos, {kept[1]} in a folder {kept[0]}: "
                    f"move the rows away to measure the {test_count} here"
                )


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
