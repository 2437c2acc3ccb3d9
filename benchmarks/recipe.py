"""Steps of network and recipe on photos, chosen without a look at the test photos.

    uv run python -m benchmarks.recipe ../shared/gtsrb --step "what was changed"
    uv run python -m benchmarks.recipe ../shared/gtsrb --step "longer" --set epochs=15 --fold 1 3

The tracks of the folder's *training* photos are dealt into four folds, class by class. For each
fold that is asked for, the network of the checked-out code is trained on the other three with
`params.yaml`, beside pictures of none of the signs, and the averaged network of the last epoch is
scored on the fold. No epoch is chosen by it, and the test photos are never read. Each fold is kept
with its commit in `benchmarks/results/recipe.json` as soon as it is measured, and not measured
again; the table is `recipe.md` beside it. To measure a row again, delete it and check out its
commit.
"""

import argparse
import json
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import torch
import torch.nn.functional as F
import yaml
from pydantic import ValidationError

from benchmarks.comparison.speed import milliseconds, one_thread
from benchmarks.leak import PARAMS, load, pack_others, pack_part
from benchmarks.network import multiply_adds
from benchmarks.publish import RESULTS, commit, processor, publish
from signs.errors import SignsError, one_line_errors
from signs.evaluation.robustness import spoilt_tables
from signs.files import write_json
from signs.packed import Packed, concatenate
from signs.params import TrainParams
from signs.sources.cut import with_others
from signs.sources.drawn import drawn_source
from signs.training.architectures import Recognizer, count_parameters
from signs.training.checkpoint import predict_logits
from signs.training.export import to_onnx
from signs.training.loop import Trainer
from signs.training.quantize import to_int8

FOLDS = 4
VAL_IMAGES = 500  # that the loop validates on after each epoch; nothing is decided by them
SPOILT = 1000  # images of a fold that are framed otherwise, and made bad in 30 ways
FRAMED = ("loose", "off-centre")
JSON = RESULTS / "recipe.json"

INTRODUCTION = """\
Trained on three quarters of the tracks of the training photos, scored on the fourth, for the folds
named; the test photos are not read. The network is that of the last epoch. Loose, off-centre and
bad: accuracy on 1,000 photos of a fold framed so, and made bad as for the trust table. CPU seconds
are of one training, all threads together; milliseconds of one image in INT8, on one thread, while
other trainings ran. Frames of a track are right or wrong together: look at tracks and loss too.
Command, at the row's commit: `uv run python -m benchmarks.recipe ../shared/gtsrb --step NAME`, with
`--fold` and `--set` (or `--drawn`) as in the row.
"""
HEAD = (
    "| step | commit | set | folds | errors | of images | tracks with errors | loss | loose "
    "| off-centre | bad | parameters | multiply-adds | ms | CPU s |",
    "|---|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
)

Row = dict[str, Any]


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


def measure(train: Packed, held_out: Packed, params: TrainParams) -> Row:
    """Train on one part, score on the other."""
    watched = held_out.take(np.linspace(0, len(held_out) - 1, VAL_IMAGES).astype(int))
    trainer = Trainer(train, watched, PARAMS.arch, params)
    started = time.process_time()
    for _ in range(params.epochs):
        print(trainer.epoch(), flush=True)
    seconds = time.process_time() - started
    model = trainer.averaged
    logits = predict_logits(model, held_out.images)
    wrong = logits.argmax(axis=1) != held_out.labels
    loss = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(held_out.labels))
    int8 = to_int8(to_onnx(model.cpu(), PARAMS.image_size), train.images[:256])
    session = ort.InferenceSession(int8.SerializeToString(), one_thread())
    return {
        "images": len(held_out),
        "errors": int(wrong.sum()),
        "loss": loss.item(),
        "tracks": len(np.unique(held_out.tracks)),
        "tracks_with_errors": len(np.unique(held_out.tracks[wrong])),
        **spoil(model, held_out),
        "parameters": count_parameters(model),
        "multiply_adds": multiply_adds(model, PARAMS.image_size),
        "int8_ms": min(milliseconds(session, 1) for _ in range(5)),
        "cpu_seconds": seconds,
    }


def spoil(model: Recognizer, photos: Packed) -> dict[str, float]:
    """Accuracy on a sample of photos framed otherwise, and on the mean of all corruptions."""
    framings, corruptions = spoilt_tables(photos, SPOILT, partial(predict_logits, model))
    accuracy = framings.set_index("framing")["accuracy"]
    bad = corruptions["accuracy"].mean()
    return {key: float(accuracy[key]) for key in FRAMED} | {"bad": float(bad)}


def table(rows: list[Row]) -> str:
    """The results as Markdown."""
    lines = [INTRODUCTION, *HEAD]
    for row in rows:
        folds = list(row["folds"].values())
        errors, images, tracks = (
            " + ".join(str(fold[key]) for fold in folds)
            for key in ("errors", "images", "tracks_with_errors")
        )
        loss, seconds = (
            float(np.mean([fold[key] for fold in folds])) for key in ("loss", "cpu_seconds")
        )
        spoilt = ["", "", ""]
        if all("bad" in fold for fold in folds):  # the first rows were measured without
            shares = [[fold[key] for key in (*FRAMED, "bad")] for fold in folds]
            spoilt = [f"{share:.1%}" for share in np.mean(shares, axis=0)]
        cost = [f"{folds[0]['parameters'] / 1e6:.2f} M", "", ""]
        if all("int8_ms" in fold for fold in folds):
            milli = np.mean([fold["int8_ms"] for fold in folds])
            cost[1:] = f"{folds[0]['multiply_adds'] / 1e6:.1f} M", f"{milli:.2f}"
        lines.append(
            f"| {row['step']} | {row['commit']} | {' '.join(row['set'])} "
            f"| {' '.join(row['folds'])} | {errors} | {images} | {tracks} | {loss:.4f} "
            f"| {' | '.join(spoilt + cost)} | {seconds:.0f} |"
        )
    return "\n".join(lines) + "\n"


def read_rows() -> list[Row]:
    """All rows that are kept."""
    rows: list[Row] = []
    if JSON.exists():
        rows = json.loads(JSON.read_text(encoding="utf-8"))["rows"]
    return rows


def row_of(rows: list[Row], made: Row) -> Row:
    """The row of a step, added to `rows` if it is new.

    Raises:
        SignsError: a row of that name was made otherwise.
    """
    kept = next((row for row in rows if row["step"] == made["step"]), None)
    if kept is None:
        rows.append(kept := {**made, "folds": {}})
    if any(kept[key] != made[key] for key in ("folder", "commit", "set")):
        raise SignsError(
            f"there is a step {made['step']!r} already, of {kept['folder']} at {kept['commit']} "
            f"with {kept['set']}: choose another name"
        )
    return kept


def changed(settings: list[str]) -> TrainParams:
    """The training params, some of them set anew.

    Args:
        settings: KEY=VALUE each.

    Raises:
        SignsError: there is no such key, or it takes no such value.
    """
    keys = ", ".join(TrainParams.model_fields)
    pairs = [setting.partition("=") for setting in settings]
    if unknown := [key for key, _, _ in pairs if key not in TrainParams.model_fields]:
        raise SignsError(f"--set {unknown[0]}: train has no such key, only {keys}")
    try:
        wanted = {key: yaml.safe_load(value) for key, _, value in pairs}
    except yaml.YAMLError:
        raise SignsError(f"--set {' '.join(settings)}: cannot be read") from None
    try:
        return TrainParams.model_validate(PARAMS.train.model_dump() | wanted)
    except ValidationError as error:
        first = error.errors()[0]
        raise SignsError(f"--set {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def main() -> None:
    """Measure the folds of one row, print and write."""
    parser = argparse.ArgumentParser(description="Steps of network and recipe on photos.")
    parser.add_argument("folder", help="photos in a layout that data.source takes")
    parser.add_argument("--step", required=True, help="name of the row")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="of train")
    parser.add_argument("--drawn", type=int, default=0, help="drawn images of each sign, added")
    parser.add_argument("--fold", type=int, nargs="+", default=[0, 1], choices=range(FOLDS))
    options = parser.parse_args()
    params = changed(options.set)
    if options.drawn < 0:
        raise SignsError(f"--drawn: at least 0, got {options.drawn}")
    made = {
        "step": options.step,
        "folder": Path(options.folder).resolve().name,
        "commit": commit(),
        "machine": processor(),
        "set": options.set + ([f"drawn={options.drawn}"] if options.drawn else []),
    }
    row_of(read_rows(), made)
    photos = load(options.folder, names=("train",))["train"]
    fold_of = deal(photos)
    beside = pack_others()["others_train"]
    drawn = [pack_part(drawn_source(options.drawn, PARAMS.data.seed))] if options.drawn else []
    for fold in options.fold:
        if str(fold) in row_of(read_rows(), made)["folds"]:
            continue
        signs = concatenate([photos.take(np.flatnonzero(fold_of != fold)), *drawn])
        train = with_others(signs, beside)
        found = measure(train, photos.take(np.flatnonzero(fold_of == fold)), params)
        rows = read_rows()  # again: another run may have added to them
        row_of(rows, made)["folds"][str(fold)] = found
        write_json(JSON, {"rows": rows})
    publish("recipe.md", table(read_rows()))


if __name__ == "__main__":
    with one_line_errors():
        main()
