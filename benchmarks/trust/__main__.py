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
from functools import partial
from pathlib import Path

import pandas as pd

from benchmarks import rows
from benchmarks.rows import MODEL, ROOT, MadeOf
from benchmarks.trust.measure import measure, read_pictures
from benchmarks.trust.table import table
from signs.errors import SignsError, one_line_errors
from signs.evaluation.plots import draw_corruptions

NAME = "trust"
TRAINED = ROOT / "models" / "recognition"
MODELS = {
    **{f"signnet-{seed}": TRAINED / f"signnet-{seed}/models/model.onnx" for seed in (0, 1, 2)},
    "peer": TRAINED / "peer/models/model_fp32.onnx",
}
CODE = (
    "benchmarks/trust/measure.py", "signs/art", "signs/data", "signs/evaluation", "signs/inference",
)  # fmt: skip
PICTURE = ROOT / "docs" / "robustness.png"
IN_PICTURE = ("default", "signnet-0", "peer")


def main() -> None:
    """Measure, then write the table and the picture."""
    parser = argparse.ArgumentParser(description="Measure how far models can be trusted.")
    parser.add_argument("source", nargs="?", help="photos in a layout that data.source takes")
    parser.add_argument("scenes", nargs="?", type=Path, help="the folder of GTSDB's scenes")
    parser.add_argument("rows", nargs="*", help=f"of default, {', '.join(MODELS)}")
    parser.add_argument("--model", type=Path, default=MODEL, help="the file of the row default")
    parser.add_argument("--table", action="store_true", help="measure nothing, write the table")
    options = parser.parse_args()
    models = {"default": options.model, **MODELS}
    if unknown := set(options.rows) - set(models):
        raise SignsError(f"no row {', '.join(sorted(unknown))}: choose from {', '.join(models)}")
    folders = [] if options.scenes is None else [options.source, options.scenes]
    made_of = {"code": rows.code(*CODE)} | ({"data": rows.data(*folders)} if folders else {})
    if not options.table:
        if not folders:
            raise SignsError("name the folders of photos and of scenes, or pass --table")
        chosen = options.rows or [name for name, path in models.items() if path.is_file()]
        pictures = read_pictures(options.source, options.scenes)
        measures = {
            name: (made_of | rows.model(models[name]), partial(measure, models[name], pictures))
            for name in chosen
        }
        rows.measure_rows(NAME, measures, again=bool(options.rows))
    found = rows.read_rows(NAME)
    ordered = {name: found[name] for name in models if name in found}
    present: dict[str, MadeOf] = {name: made_of | rows.model(MODELS.get(name)) for name in ordered}
    rows.publish(NAME, table(ordered, present))
    shown = {name: found[name].values for name in IN_PICTURE if name in found}
    tables = {name: pd.DataFrame(values["corruptions"]) for name, values in shown.items()}
    draw_corruptions(tables, PICTURE)


if __name__ == "__main__":
    with one_line_errors():
        main()
