"""What drawn signs add to few photos: one physical sign of each class, 10 % of them, all of them.

    uv run python -m benchmarks.mixing ../shared/gtsrb

The training photos are cut by track as in the pipeline; then a share of the training tracks is
kept, and drawn images are added or not. All rows get about the same number of training steps, so
that less data is not less training. The folder's test photos, of other physical signs, are read
once a row, to report. Rows are kept in `benchmarks/results/mixing.json` as soon as they are there:
a second start goes on where the first was stopped. The table lands in `mixing.md` beside it, the
plot in `docs/mixing.png`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks.drawn import PARAMS, ROOT, pack
from benchmarks.publish import RESULTS, publish
from signs.errors import SignsError, one_line_errors
from signs.files import atomic_path, write_json
from signs.packed import Packed, concatenate
from signs.params import load_params
from signs.sources.drawn import drawn_source
from signs.sources.infer import infer_tracks
from signs.sources.open import open_source
from signs.sources.tracks import keep_fraction, split_by_track
from signs.training.checkpoint import predict_logits
from signs.training.loop import fit

SPLIT = load_params("split", path=ROOT / "params.yaml").split
ONE_EACH = 1e-9  # a share of tracks so small that each class keeps one
SHARES = {"none": 0.0, "one track a class": ONE_EACH, "10 % of the tracks": 0.1, "all tracks": 1.0}
VISITS = 120_000  # training images seen, counted each time
VAL_STRIDE = 8  # frames of a validation track lie close: every eighth will do
JSON = RESULTS / "mixing.json"
PLOT = ROOT / "docs" / "mixing.png"


def kept(train: Packed, share: float) -> Packed | None:
    """The photos of a share of the tracks, at least one track a class; none at a share of 0."""
    if share == 0:
        return None
    return train.take(keep_fraction(train.labels, train.tracks, share, PARAMS.data.seed))


def measure(photos: Packed | None, drawn: Packed | None, val: Packed, test: Packed) -> Any:
    """Train on photos and drawings, score on test photos."""
    train = concatenate([part for part in (photos, drawn) if part is not None])
    epochs = max(1, round(VISITS / len(train)))
    params = PARAMS.train.model_copy(update={"epochs": epochs})
    model, best = fit(train, val, PARAMS.arch, params, on_epoch=print)
    wrong = predict_logits(model, test.images).argmax(axis=1) != test.labels
    return {
        "tracks": 0 if photos is None else len(np.unique(photos.tracks)),
        "photos": 0 if photos is None else len(photos),
        "drawn": 0 if drawn is None else len(drawn),
        "epochs": epochs,
        "val_accuracy": best.val_accuracy,
        "test_errors": int(wrong.sum()),
        "test_accuracy": float(1 - wrong.mean()),
    }


def table(rows: dict[str, Any]) -> str:
    """The results as Markdown."""
    lines = [
        "Accuracy on the 7,920 test photos, of physical signs in no training part. Command:",
        "`uv run python -m benchmarks.mixing ../shared/gtsrb`",
        "",
        "| photos of | tracks | photos | drawn images | epochs | test accuracy | errors |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, row in rows.items():
        lines.append(
            f"| {name.split(',')[0]} | {row['tracks']} | {row['photos']} | {row['drawn']} "
            f"| {row['epochs']} | {row['test_accuracy']:.2%} | {row['test_errors']} |"
        )
    return "\n".join(lines) + "\n"


def plot(rows: dict[str, Any]) -> Figure:
    """Test error over the number of tracks, with and without drawings, on logarithmic axes."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for label, drawn, style in (("photos alone", False, "o--"), ("and drawings", True, "o-")):
        points = [
            (row["tracks"], 1 - row["test_accuracy"])
            for row in rows.values()
            if bool(row["drawn"]) == drawn and row["tracks"]
        ]
        axes.plot(*zip(*points, strict=True), style, label=label)
        for tracks, error in points:
            axes.annotate(f"{error:.1%}", (tracks, error), (0, 6), textcoords="offset points")
    (alone,) = (1 - row["test_accuracy"] for row in rows.values() if not row["tracks"])
    axes.axhline(alone, color="grey", linestyle=":", label=f"drawings alone ({alone:.1%})")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="physical signs photographed, of 43 classes",
        ylabel="errors on photos of other signs",
    )
    axes.set_title("What drawings add to few photos")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.1%}")
    axes.legend()
    return figure


def main() -> None:
    """Measure what is not yet measured, print, write and plot."""
    if len(sys.argv) != 2:
        raise SignsError("name the folder: uv run python -m benchmarks.mixing ../shared/gtsrb")
    source = open_source(sys.argv[1], PARAMS.data)
    made_of = {"folder": Path(sys.argv[1]).resolve().name, "visits": VISITS} | PARAMS.model_dump()
    found = json.loads(JSON.read_text(encoding="utf-8")) if JSON.exists() else {}
    rows: dict[str, Any] = found["rows"] if found.get("made_of") == made_of else {}
    photos, sizes = pack(source, "train")
    tracks = infer_tracks(photos.labels, photos.images, sizes, "photo")
    photos = Packed(photos.images, photos.labels, tracks, photos.source)
    cut = split_by_track(photos.labels, tracks, {"val": SPLIT.val_fraction}, SPLIT.seed)
    train, val = photos.take(cut["train"]), photos.take(cut["val"][::VAL_STRIDE])
    test, _ = pack(source, "test")
    drawn, _ = pack(drawn_source(PARAMS.data.drawn_per_class, PARAMS.data.seed), "train")
    for share_name, share in SHARES.items():
        for name, added in ((f"{share_name}, and drawings", drawn), (share_name, None)):
            if name not in rows and (share or added is not None):
                rows[name] = measure(kept(train, share), added, val, test)
                write_json(JSON, {"made_of": made_of, "rows": rows})
    publish("mixing.md", table(rows))
    with atomic_path(PLOT) as path:
        plot(rows).savefig(path, format="png", dpi=120)


if __name__ == "__main__":
    with one_line_errors():
        main()
