"""Steps of network and recipe on photos, chosen without a look at the test photos.

    uv run python -m benchmarks.recipe ../shared/gtsrb --step "what was changed"
    uv run python -m benchmarks.recipe ../shared/gtsrb --step "longer" --set epochs=15 --fold 1 3

The tracks of the folder's *training* photos are dealt into four folds, class by class. For each
fold that is asked for, the network of the checked-out code is trained on the other three with
`params.yaml`, and the averaged network of the last epoch is scored on the fold. No epoch is chosen
by it, and the test photos are never read. Each row is kept with its commit in
`benchmarks/results/recipe.json` as soon as it is measured; the table is `recipe.md` beside it. To
measure a row again, check out its commit.
"""

import argparse
import json
import time
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
import yaml

from benchmarks.drawn import pack
from benchmarks.leak import PARAMS, load
from benchmarks.publish import RESULTS, commit, processor, publish
from signs.errors import SignsError, one_line_errors
from signs.files import write_json
from signs.packed import Packed, concatenate
from signs.params import TrainParams
from signs.sources.drawn import drawn_source
from signs.training.architectures import count_parameters
from signs.training.checkpoint import predict_logits
from signs.training.loop import Trainer

FOLDS = 4
VAL_IMAGES = 500  # that the loop validates on after each epoch; nothing is decided by them
JSON = RESULTS / "recipe.json"


def deal(photos: Packed) -> npt.NDArray[np.int64]:
    """The fold of each photo: int64[N], one for all photos of a track, even in each class."""
    rng = np.random.default_rng(7)
    fold_of: dict[str, int] = {}
    for label in np.unique(photos.labels):
        tracks = rng.permutation(np.unique(photos.tracks[photos.labels == label]))
        first = rng.integers(FOLDS)  # so that no fold gets the odd track of every class
        for place, track in enumerate(tracks):
            fold_of[str(track)] = int(first + place) % FOLDS
    return np.array([fold_of[str(track)] for track in photos.tracks])


def measure(train: Packed, held_out: Packed, params: TrainParams) -> dict[str, Any]:
    """Train on one part, score on the other."""
    watched = held_out.take(np.linspace(0, len(held_out) - 1, VAL_IMAGES).astype(int))
    trainer = Trainer(train, watched, PARAMS.arch, params)
    started = time.process_time()
    for _ in range(params.epochs):
        print(trainer.epoch(lambda *_: None), flush=True)
    seconds = time.process_time() - started
    logits = predict_logits(trainer.averaged, held_out.images)
    wrong = logits.argmax(axis=1) != held_out.labels
    loss = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(held_out.labels))
    return {
        "images": len(held_out),
        "errors": int(wrong.sum()),
        "loss": loss.item(),
        "tracks": len(np.unique(held_out.tracks)),
        "tracks_with_errors": len(np.unique(held_out.tracks[wrong])),
        "parameters": count_parameters(trainer.averaged),
        "cpu_seconds": seconds,
    }


def table(rows: list[dict[str, Any]]) -> str:
    """The results as Markdown."""
    lines = [
        "Trained on three quarters of the tracks of the training photos, scored on the fourth, for",
        "the folds named; the test photos are not read. CPU seconds of one training, all threads",
        "together. Errors come in tracks: differences of less than ten are chance. Command:",
        "`uv run python -m benchmarks.recipe ../shared/gtsrb --step NAME` at the row's commit.",
        "",
        "| step | commit | set | folds | errors | of images | tracks with errors | loss "
        "| parameters | CPU s |",
        "|---|---|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        folds = list(row["folds"].values())
        errors, images, tracks = (
            " + ".join(str(fold[key]) for fold in folds)
            for key in ("errors", "images", "tracks_with_errors")
        )
        loss, seconds = (
            sum(fold[key] for fold in folds) / len(folds) for key in ("loss", "cpu_seconds")
        )
        lines.append(
            f"| {row['step']} | {row['commit']} | {' '.join(row['set'])} "
            f"| {' '.join(row['folds'])} | {errors} | {images} | {tracks} | {loss:.4f} "
            f"| {folds[0]['parameters'] / 1e6:.2f} M | {seconds:.0f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure one row, print and write."""
    parser = argparse.ArgumentParser(description="Steps of network and recipe on photos.")
    parser.add_argument("folder", help="photos in a layout that data.source takes")
    parser.add_argument("--step", required=True, help="name of the row")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="of train")
    parser.add_argument("--drawn", type=int, default=0, help="drawn images of each sign, added")
    parser.add_argument("--fold", type=int, nargs="+", default=[0, 1], choices=range(FOLDS))
    options = parser.parse_args()
    kept = json.loads(JSON.read_text(encoding="utf-8")) if JSON.exists() else {"rows": []}
    if options.step in {row["step"] for row in kept["rows"]}:
        raise SignsError(f"there is a step {options.step!r} already: choose another name")
    changed = {key: yaml.safe_load(value) for key, value in (s.split("=") for s in options.set)}
    params = TrainParams.model_validate(PARAMS.train.model_dump() | changed)
    row: dict[str, Any] = {
        "step": options.step,
        "commit": commit(),
        "machine": processor(),
        "set": options.set + ([f"drawn={options.drawn}"] if options.drawn else []),
        "folds": {},
    }
    photos = load(options.folder, names=("train",))["train"]
    fold_of = deal(photos)
    for fold in options.fold:
        train, held_out = (
            photos.take(np.flatnonzero(m)) for m in (fold_of != fold, fold_of == fold)
        )
        if options.drawn:
            drawn, _ = pack(drawn_source(options.drawn, PARAMS.data.seed), "train")
            train = concatenate([train, drawn])
        row["folds"][str(fold)] = measure(train, held_out, params)
    kept["rows"].append(row)
    write_json(JSON, kept)
    publish("recipe.md", table(kept["rows"]))


if __name__ == "__main__":
    with one_line_errors():
        main()
