"""How far models can be trusted: what they do not know, other framings, pictures gone bad.

    uv run python -m benchmarks.trust ../shared/gtsrb ../shared/gtsdb
    uv run python -m benchmarks.trust ../shared/gtsrb ../shared/gtsdb --model models/model.onnx

The first folder has photos in a layout that `data.source` takes, with a test part; the second holds
the scenes of GTSDB. Without `--model`, the models are those of the comparison that lie on this
machine. Each is a row in `benchmarks/results/trust.json`, by its file's name, kept as soon as it is
measured, and measured anew where the file, the pictures or the code that changes them are others;
rows of another code are left out of the table. Photos are changed at their own sizes, before any
model's preprocessing. The table is `benchmarks/results/trust.md`, the picture
`docs/robustness.png`.
"""

import argparse
import json
from pathlib import Path

import pandas as pd

from benchmarks.recognition.files import model_file
from benchmarks.publish import RESULTS, ROOT, commit, publish
from benchmarks.trust.measure import Row, made_of, measure
from benchmarks.trust.models import Asked
from benchmarks.trust.pictures import Pictures
from benchmarks.trust.table import table
from signs.errors import SignsError, one_line_errors
from signs.evaluation.robustness_plots import draw_robustness
from signs.files import write_json

JSON = RESULTS / "trust.json"
PICTURE = ROOT / "docs" / "robustness.png"
DEFAULTS = [
    *(model_file(f"signnet-{seed}", "int8") for seed in (0, 1, 2)),
    model_file("peer-0.1", "fp32"),
]
DRAWN = ("signnet-0.int8", "peer-0.1.fp32")  # rows that the picture shows, where they are there


def main() -> None:
    """Measure what is not yet measured, print and write."""
    parser = argparse.ArgumentParser(description="Measure how far models can be trusted.")
    parser.add_argument("folder", help="photos in a layout that data.source takes")
    parser.add_argument("scenes", type=Path, help="the folder of GTSDB's scenes")
    parser.add_argument("--model", type=Path, action="append", help="an ONNX file; may be repeated")
    options = parser.parse_args()
    paths = options.model or [path for path in DEFAULTS if path.is_file()]
    if not paths:
        raise SignsError("no model of the comparison is on this machine: name one with --model")
    models = {path: Asked(path) for path in paths}
    pictures = Pictures.read(options.folder, options.scenes)
    for path, model in models.items():
        origin = made_of(path, pictures)
        if read_rows().get(path.stem, {}).get("made_of") != origin:
            print(f"{path.stem} ...", flush=True)
            row = {"commit": commit(), "made_of": origin, **measure(model, pictures)}
            write_json(JSON, {"rows": read_rows() | {path.stem: row}})
    rows = {n: row for n, row in read_rows().items() if row["made_of"]["code"] == origin["code"]}
    shown = {name: pd.DataFrame(rows[name]["corruptions"]) for name in DRAWN if name in rows}
    if shown:
        draw_robustness(shown, PICTURE)
    publish("trust.md", table(rows))


def read_rows() -> dict[str, Row]:
    """All rows that are kept, by the model's name: those with `known` first."""
    rows: dict[str, Row] = {}
    if JSON.exists():
        rows = json.loads(JSON.read_text(encoding="utf-8"))["rows"]
    return dict(sorted(rows.items(), key=lambda item: (not item[1]["has_known"], item[0])))


if __name__ == "__main__":
    with one_line_errors():
        main()
