"""Steps on the way from drawings to photos: train on drawn signs alone, look at real ones.

    uv run python -m benchmarks.drawn ../shared/gtsrb --step "what was changed"
    uv run python -m benchmarks.drawn ../shared/gtsrb --step "the final state" --report-test
    uv run python -m benchmarks.drawn ../shared/gtsrb --step "dvc repro" --model models/model.onnx

Draws `--per-class` images of each sign, trains for `--epochs` with all else as in `params.yaml`,
and scores the network on the *training* photos of the folder: steps are chosen by them. Their test
photos are read only with `--report-test`. With `--model`, an exported file is scored instead. Each
row is kept with its commit in `benchmarks/results/drawn.json` as soon as it is measured; the table
is `drawn.md` beside it. To measure a row again, check out its commit.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.leak import PARAMS, pack_part
from benchmarks.publish import RESULTS, commit, publish
from signs.classes import CLASSES, NUM_CLASSES
from signs.errors import SignsError, one_line_errors
from signs.files import write_json
from signs.inference.classifier import Classifier
from signs.packed import Packed
from signs.sources.base import Source
from signs.sources.drawn import drawn_source
from signs.sources.open import open_source
from signs.training.checkpoint import predict_logits
from signs.training.loop import fit

VAL_SHARE = 20  # every 20th drawn image validates
SMALL, LARGE = 35, 60  # pixels of a crop
MODEL_BATCH = 256
JSON = RESULTS / "drawn.json"

Judge = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]]  # of images: a score a class


def sides(source: Source, part: str) -> npt.NDArray[np.int64]:
    """The longer side of each image of a part, in pixels: int64[N]."""
    return np.array([max(Image.open(BytesIO(p.data)).size) for p in source.parts[part]()])


def score(scores: npt.NDArray[np.float32], photos: Packed, side: npt.NDArray[np.int64]) -> Any:
    """What is to be known of a network: accuracy, of small and large photos, and by class."""
    right = scores.argmax(axis=1) == photos.labels
    recall = np.array([right[photos.labels == c].mean() for c in range(NUM_CLASSES)])
    return {
        "images": len(right),
        "errors": int((~right).sum()),
        "accuracy": float(right.mean()),
        "small": float(right[side < SMALL].mean()),
        "large": float(right[side >= LARGE].mean()),
        "macro_recall": float(recall.mean()),
        "right_by_class": [int(right[photos.labels == c].sum()) for c in range(NUM_CLASSES)],
        "images_by_class": np.bincount(photos.labels, minlength=NUM_CLASSES).tolist(),
    }


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Draw and train, or read a model; then score: a row."""
    state = commit()  # before it takes minutes, in which files may change
    photos = open_source(options.folder, PARAMS.data)
    if options.model:
        row, judge = _read(options.model)
    else:
        row, judge = _train(options)
    row = {"step": options.step, "commit": state, **row}
    for part in ("train", "test") if options.report_test else ("train",):
        real = pack_part(photos, part, max_unreadable=0)
        row[part] = score(judge(real.images), real, sides(photos, part))
    return row


def _read(path: Path) -> tuple[dict[str, Any], Judge]:
    classifier = Classifier(path)
    if classifier.info.image_size != PARAMS.image_size:
        raise SignsError(f"{path} takes {classifier.info.image_size} pixels: set image_size to it")

    def judge(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        parts = np.array_split(images, -(-len(images) // MODEL_BATCH))
        return np.concatenate([classifier.run(part)[0] for part in parts])

    return {"model": classifier.info.version, "trained_on": classifier.info.data}, judge


def _train(options: argparse.Namespace) -> tuple[dict[str, Any], Judge]:
    started = time.perf_counter()
    drawn = pack_part(drawn_source(options.per_class, options.seed))
    drawn_after = time.perf_counter() - started
    validates = np.arange(len(drawn)) % VAL_SHARE == 0
    params = PARAMS.train.model_copy(update={"epochs": options.epochs, "seed": options.seed})
    train, val = (drawn.take(np.flatnonzero(m)) for m in (~validates, validates))
    model, best = fit(train, val, PARAMS.arch, params, on_epoch=print)
    row = {
        "per_class": options.per_class,
        "epochs": options.epochs,
        "seed": options.seed,
        "draw_s": round(drawn_after),
        "train_s": round(time.perf_counter() - started - drawn_after),
        "drawn_accuracy": best.val_accuracy,
    }
    return row, partial(predict_logits, model)


def worst(*scores: dict[str, Any]) -> str:
    """The class of the lowest recall over all photos of some `score`s, and that recall."""
    right, images = (
        np.sum([s[key] for s in scores], axis=0) for key in ("right_by_class", "images_by_class")
    )
    recall = right / images
    return f"{CLASSES[recall.argmin()].name}: {recall.min():.1%}"


def table(rows: list[dict[str, Any]]) -> str:
    """The results as Markdown."""
    lines = [
        "Trained on drawn signs alone, scored on real photos: first on the 31,289 that steps are",
        "chosen by; the test photos were read only where the last column has a figure. Command:",
        "`uv run python -m benchmarks.drawn ../shared/gtsrb --step NAME`, with `--per-class` and",
        "`--epochs` as in the row, at the row's commit.",
        "",
        "| step | commit | drawn a class x epochs | drawn | photos | crops < 35 px | >= 60 px "
        "| worst class | 7,920 test photos | worst class of all photos |",
        "|---|---|---:|---:|---:|---:|---:|---|---:|---|",
    ]
    for row in rows:
        real = row["train"]
        made = f"{row['model']} | " if "model" in row else ""
        made = made or f"{row['per_class']} x {row['epochs']} | {row['drawn_accuracy']:.1%}"
        test = f"{row['test']['accuracy']:.2%}" if "test" in row else ""
        of_all = worst(row["train"], row["test"]) if "test" in row else ""
        lines.append(
            f"| {row['step']} | {row['commit']} | {made} | {real['accuracy']:.2%} "
            f"| {real['small']:.1%} | {real['large']:.1%} | {worst(real)} | {test} | {of_all} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure one row, print and write."""
    parser = argparse.ArgumentParser(description="Train on drawn signs, score on real photos.")
    parser.add_argument("folder", help="photos in a layout that data.source takes")
    parser.add_argument("--step", required=True, help="name of the row")
    parser.add_argument("--per-class", type=int)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--model", type=Path, help="score this ONNX file instead of training")
    parser.add_argument("--report-test", action="store_true", help="read the test photos too")
    options = parser.parse_args(sys.argv[1:])
    given = {options.per_class, options.epochs, options.seed} - {None}
    if options.model and given:
        raise SignsError("--model is trained already: leave --per-class, --epochs and --seed out")
    options.per_class = options.per_class or PARAMS.data.drawn_per_class
    options.epochs = options.epochs or PARAMS.train.epochs
    options.seed = PARAMS.train.seed if options.seed is None else options.seed
    kept = json.loads(JSON.read_text(encoding="utf-8")) if JSON.exists() else {"rows": []}
    rows = kept["rows"]
    if options.step in {row["step"] for row in rows}:
        raise SignsError(f"there is a step {options.step!r} already: choose another name")
    rows.append(measure(options))
    write_json(JSON, kept)
    publish("drawn.md", table(rows))


if __name__ == "__main__":
    with one_line_errors():
        main()
