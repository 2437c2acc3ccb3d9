"""How far to trust models: outside signs, real surroundings, recrops, corruptions.

    uv run python -m benchmarks.trust ../shared/gtsrb ../shared/gtsdb           rows that are stale
    uv run python -m benchmarks.trust ../shared/gtsrb ../shared/gtsdb default --model FILE
    uv run python -m benchmarks.trust --table                                   measures nothing

The first folder holds photos in a layout that `data.source` takes, with a test part; the second
GTSDB. `default` is the file of the default run; the other rows are of the networks that the
recognition benchmark left on this machine. A row takes some minutes. Photos are changed at their
own sizes, before a model's preprocessing. `benchmarks.rows` says where rows are kept.
"""

import argparse
from functools import cache, partial
from pathlib import Path

import pandas as pd

from benchmarks import rows
from benchmarks.rows import MODEL, ROOT
from benchmarks.trust.measure import measure, read_pictures
from benchmarks.trust.table import table
from signs.errors import SignsError, one_line_errors
from signs.evaluation.plots import draw_corruptions
from signs.params import load_params

NAME = "trust"
TRAINED = ROOT / "models" / "recognition"
MODELS = {
    **{f"signnet-{seed}": TRAINED / f"signnet-{seed}/models/model.onnx" for seed in (0, 1, 2)},
    "peer": TRAINED / "peer/models/model_fp32.onnx",
}
EVALUATION = ("corruptions", "metrics", "out_of_distribution", "recrops", "robustness")
CODE = (
    "benchmarks/trust/measure.py", "signs/art", "signs/catalog", "signs/data", "signs/inference",
    "signs/records", *(f"signs/evaluation/{name}.py" for name in EVALUATION),
)  # fmt: skip
PICTURE = ROOT / "docs" / "robustness.png"
IN_PICTURE = ("default", "signnet-0", "peer")


def main() -> None:
    """Measure, then write the table and the picture."""
    parser = argparse.ArgumentParser(description="Measure how far models can be trusted.")
    parser.add_argument("source", nargs="?", help="photos in a layout that data.source takes")
    parser.add_argument("scenes", nargs="?", type=Path, help="the folder of GTSDB's scenes")
    parser.add_argument("rows", nargs="*", help="to measure; none: those not there, or stale")
    parser.add_argument("--model", type=Path, default=MODEL, help="the file of the row default")
    parser.add_argument("--table", action="store_true", help="measure nothing, write the table")
    options = parser.parse_args()
    models = {"default": options.model, **MODELS}
    params = load_params("data", "evaluate", path=ROOT / "params.yaml")
    knobs = (params.data.drawn_negatives, params.data.seed, params.evaluate.calibration_bins)
    made_of = {
        **rows.code(*CODE),
        **rows.data(options.source, options.scenes),
        **rows.params({"knobs": knobs}),
    }
    if not options.table:
        if options.scenes is None:
            raise SignsError("name the folders of photos and of scenes, or pass --table")
        pictures = cache(partial(read_pictures, options.source, options.scenes))
        measures = {
            name: ({**made_of, **rows.model(path)}, partial(measure, path, pictures))
            for name, path in models.items()
            if path.is_file() or name in options.rows
        }
        rows.measure_rows(NAME, measures, options.rows)
    found = rows.read_rows(NAME, models)
    present = {name: {**made_of, **rows.model(MODELS.get(name))} for name in found}
    rows.publish(NAME, table(found, present))
    shown = {name: pd.DataFrame(found[name]["corruptions"]) for name in IN_PICTURE if name in found}
    if shown:
        draw_corruptions(shown, PICTURE)


if __name__ == "__main__":
    with one_line_errors():
        main()
