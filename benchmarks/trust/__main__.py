"""How far models can be trusted: what they do not know, other framings, pictures gone bad.

    uv run python -m benchmarks.trust ../shared/gtsrb ../shared/gtsdb
    uv run python -m benchmarks.trust ../shared/gtsrb ../shared/gtsdb --model models/model.onnx

The first folder has photos in a layout that `data.source` takes, with a test part; the second holds
the scenes of GTSDB. Each model is a row in `benchmarks/results/trust.json`, kept as soon as it is
measured (`--again` measures it anew); without `--model`, the models are those of the comparison
that lie on this machine. Photos are changed at their own sizes, before any model's preprocessing.
The table is `benchmarks/results/trust.md`, the picture `docs/robustness.png`.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.comparison.files import model_file
from benchmarks.publish import RESULTS, ROOT, commit, publish
from benchmarks.trust.models import Asked, Picture, drawn_others
from benchmarks.trust.scenes import BORDERS, background_patches, sign_crops
from benchmarks.trust.table import table
from signs.errors import SignsError, one_line_errors
from signs.evaluation.known import errors_among_surest, known_table
from signs.evaluation.metrics import Results, calibration_error
from signs.evaluation.robustness import Labels, corruption_table, framing_table
from signs.evaluation.trust_pictures import draw_robustness
from signs.files import write_json
from signs.inference.preprocess import decode
from signs.params import load_params
from signs.sources.open import open_source

JSON = RESULTS / "trust.json"
PICTURE = ROOT / "docs" / "robustness.png"
PARAMS = load_params("data", "evaluate", path=ROOT / "params.yaml")
DEFAULTS = [("signnet-0", p) for p in ("int8", "fp32")] + [
    *(("signnet-1", p) for p in ("int8", "fp32")),
    *(("signnet-2", p) for p in ("int8", "fp32")),
    ("peer-0.1", "fp32"),
]
SUREST = 0.98
DRAWN = ("signnet-0.int8", "peer-0.1.fp32")  # rows that the picture shows, where they are there

Row = dict[str, Any]


def read_photos(folder: str) -> tuple[list[Picture], Labels]:
    """The test part, decoded, at its own sizes.

    Raises:
        SignsError: there is none.
    """
    source = open_source(folder, PARAMS.data)
    if "test" not in source.parts:
        raise SignsError(f"{folder} has no test part")
    photos = list(source.parts["test"]())
    pictures = [np.asarray(decode(photo.data)) for photo in photos]
    return pictures, np.array([photo.label for photo in photos])


def measure(path: Path, photos: list[Picture], labels: Labels, scenes: Path) -> Row:
    """All that is asked of one model."""
    model = Asked(path)
    probabilities, known = model.ask(photos)
    results = Results(probabilities, labels)
    # A file that has no threshold gets the one that refuses as much as ours may at most.
    threshold = model.threshold
    if threshold is None:
        threshold = float(np.quantile(known, 0.01))
    pictures = drawn_others(PARAMS.data.drawn_others, PARAMS.data.seed)
    pictures["background of scenes"] = background_patches(scenes)
    others = {}
    for kind, some in pictures.items():
        spread, score = model.ask(some)
        others[kind] = (score, spread.max(axis=1))
    in_scenes = []
    for framing, border in BORDERS.items():
        crops, truth = sign_crops(scenes, border)
        answers, score = model.ask(crops)
        right = float((answers.argmax(axis=1) == truth).mean())
        refused = float((score < threshold).mean())
        in_scenes.append(
            {"framing": framing, "images": len(crops), "accuracy": right, "refused": refused}
        )
    records = {
        "known": known_table((known, results.confidence), others, threshold),
        "framing": framing_table(photos, labels, model.guess),
        "corruptions": corruption_table(photos, labels, model.guess),
    }
    return {
        "has_known": model.threshold is not None,
        "images": len(labels),
        "errors": int((~results.correct).sum()),
        "refused": float((known < threshold).mean()),
        "calibration_error": calibration_error(results, PARAMS.evaluate.calibration_bins),
        "surest_errors": errors_among_surest(results, SUREST),
        "in_scenes": in_scenes,
        **{name: frame.to_dict("records") for name, frame in records.items()},
    }


def main() -> None:
    """Measure what is not yet measured, print and write."""
    parser = argparse.ArgumentParser(description="Measure how far models can be trusted.")
    parser.add_argument("folder", help="photos in a layout that data.source takes")
    parser.add_argument("scenes", type=Path, help="the folder of GTSDB's scenes")
    parser.add_argument("--model", type=Path, action="append", help="an ONNX file; may be repeated")
    parser.add_argument("--again", action="store_true", help="measure rows that are there, too")
    options = parser.parse_args()
    defaults = [model_file(*names) for names in DEFAULTS]
    paths = options.model or [path for path in defaults if path.is_file()]
    if not paths:
        raise SignsError("no model of the comparison is on this machine: name one with --model")
    photos, labels = read_photos(options.folder)
    for path in paths:
        if options.again or path.stem not in read_rows():
            print(f"{path.stem} ...", flush=True)
            row = {"commit": commit(), **measure(path, photos, labels, options.scenes)}
            write_json(JSON, {"rows": read_rows() | {path.stem: row}})
    rows = read_rows()
    shown = {name: pd.DataFrame(rows[name]["corruptions"]) for name in DRAWN if name in rows}
    if shown:
        draw_robustness(shown, PICTURE)
    publish("trust.md", table(rows))


def read_rows() -> dict[str, Row]:
    """All rows that are kept, by the model's name."""
    rows: dict[str, Row] = {}
    if JSON.exists():
        rows = json.loads(JSON.read_text(encoding="utf-8"))["rows"]
    return rows


if __name__ == "__main__":
    with one_line_errors():
        main()
