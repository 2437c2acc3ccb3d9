"""What drawn signs add to few photos: one physical sign of each class, 10 % of them, all of them.

    uv run python -m benchmarks.mixing ../shared/gtsrb

The training photos are cut by track as in the pipeline; then a share of the training tracks is
kept, and drawn images are added or not. All rows get about the same number of training steps, so
that less data is not less training. The folder's test photos, of other physical signs, are read
once a row, to report; the epoch to keep is chosen in all rows alike, on validation photos of signs
that none trains on. Rows are kept in `benchmarks/results/mixing.json` as soon as they are there: a
second start goes on where the first was stopped. The table lands in `mixing.md` beside it, the plot
in `docs/mixing.png`.
"""

import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks.leak import PARAMS, ROOT, cut_by_track, load, pack_part
from benchmarks.publish import measure_missing, publish
from signs.errors import SignsError, one_line_errors
from signs.files import atomic_path
from signs.packed import Packed, concatenate
from signs.sources.drawn import drawn_source
from signs.sources.tracks import keep_fraction
from signs.training.checkpoint import fingerprint, predict_logits
from signs.training.loop import fit

ONE_EACH = 1e-9  # a share of tracks so small that each class keeps one
SHARES = {"none": 0.0, "one track a class": ONE_EACH, "10 % of the tracks": 0.1, "all tracks": 1.0}
VISITS = 225_000  # training images seen, counted each time
VAL_STRIDE = 8  # frames of a validation track lie close: every eighth will do
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
        "`uv run python -m benchmarks.mixing ../shared/gtsrb`. In every row the epoch to keep was",
        "chosen on validation photos, also where no photo trained.",
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
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="physical signs photographed, of 43 classes",
        ylabel="errors on photos of other signs",
    )
    for label, drawn, style, away in (
        ("photos alone", False, "o--", 8),
        ("and drawings", True, "o-", -16),
    ):
        points = [
            (row["tracks"], 1 - row["test_accuracy"])
            for row in rows.values()
            if bool(row["drawn"]) == drawn and row["tracks"]
        ]
        axes.plot(*zip(*points, strict=True), style, label=label)
        for tracks, error in points:
            place = (0, away)
            axes.annotate(
                f"{error:.2%}", (tracks, error), place, textcoords="offset points", ha="center"
            )
    axes.set_xticks(counts := sorted({row["tracks"] for row in rows.values()} - {0}), counts)
    axes.minorticks_off()
    axes.margins(0.12, 0.15)
    (alone,) = (1 - row["test_accuracy"] for row in rows.values() if not row["tracks"])
    axes.axhline(alone, color="grey", linestyle=":", label=f"drawings alone ({alone:.2%})")
    axes.set_title("What drawings add to few photos")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.1%}")
    axes.legend()
    return figure


def main() -> None:
    """Measure what is not yet measured, print, write and plot."""
    if len(sys.argv) != 2:
        raise SignsError("name the folder: uv run python -m benchmarks.mixing ../shared/gtsrb")
    source = load(sys.argv[1])
    parts = cut_by_track(source["train"])
    val = parts["val"].take(np.arange(0, len(parts["val"]), VAL_STRIDE))
    drawn = pack_part(drawn_source(PARAMS.data.drawn_per_class, PARAMS.data.seed))
    measures = {
        name: partial(measure, kept(parts["train"], share), added, val, source["test"])
        for share_name, share in SHARES.items()
        for name, added in ((f"{share_name}, and drawings", drawn), (share_name, None))
        if share or added is not None
    }
    rested_on = PARAMS.model_dump() | {"visits": VISITS, "folder": Path(sys.argv[1]).resolve().name}
    made_of = {"params and code": fingerprint([ROOT / "signs"], rested_on)}
    rows = measure_missing("mixing.json", made_of, measures)
    publish("mixing.md", table(rows))
    with atomic_path(PLOT) as path:
        plot(rows).savefig(path, format="png", dpi=120)


if __name__ == "__main__":
    with one_line_errors():
        main()
