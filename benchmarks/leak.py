"""What a split by track is worth: the same network after a random split by image, and after ours.

    uv run python benchmarks/leak.py ../shared/gtsrb

The folder needs a test part that shares no physical sign with its training part. Its training part
is cut twice into training and validation, of the same sizes: by inferred track, and by image at
random, as most projects do. Everything else is `params.yaml`. A row is kept in
`benchmarks/results/leak.json` as soon as it is there, so that a second start goes on where the
first was stopped; rows of other params are measured anew. The table lands in
`benchmarks/results/leak.md`.
"""

import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.publish import measure_missing, publish
from signs.errors import SignsError, one_line_errors
from signs.packed import Packed
from signs.params import load_params
from signs.sources.base import Source
from signs.sources.cut import cut_others
from signs.sources.open import open_source
from signs.sources.others import others_source
from signs.sources.pack import pack_photos
from signs.sources.raw import write_photos
from signs.sources.similarity import near_duplicates
from signs.sources.tracks import split_by_track
from signs.training.checkpoint import predict_logits
from signs.training.loop import fit

ROOT = Path(__file__).parents[1]
PARAMS = load_params("arch", "image_size", "data", "split", "train", path=ROOT / "params.yaml")

Cut = dict[str, Packed]


def load(
    folder: str, image_size: int = PARAMS.image_size, names: Sequence[str] = ("train", "test")
) -> Cut:
    """The training and the test part of a source, or one of them.

    Args:
        image_size: side that the photos are squashed to, in pixels.

    Returns:
        Each part, its images uint8[N, image_size, image_size, 3].

    Raises:
        SignsError: the source cannot be used, or lacks a part.
    """
    source = open_source(folder, PARAMS.data)
    if missing := [part for part in names if part not in source.parts]:
        raise SignsError(f"{folder} has no {missing[0]} part")
    return {part: pack_part(source, part, image_size) for part in names}


def pack_part(
    source: Source,
    part: str = "train",
    image_size: int = PARAMS.image_size,
    max_unreadable: float = PARAMS.split.max_unreadable,
) -> Packed:
    """A part of a source, written and packed as the pipeline does.

    Raises:
        SignsError: more of its images than that cannot be read, or the tracks of a training part
            are unknown.
    """
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"{part}.parquet"
        write_photos(path, source.parts[part](), source)
        return pack_photos(path, image_size, max_unreadable, need_tracks=part == "train").photos


def pack_others() -> Cut:
    """Pictures of none of the signs as the pipeline cuts them: "others_train" and "others_val"."""
    pictures = pack_part(others_source(PARAMS.data.drawn_others, PARAMS.data.seed))
    return cut_others(pictures, PARAMS.split)


def cut_by_track(photos: Packed) -> Cut:
    """As the pipeline cuts, but for tracks that it joins because of near-duplicates."""
    fractions = {"val": PARAMS.split.val_fraction}
    rows = split_by_track(photos.labels, photos.tracks, fractions, PARAMS.split.seed)
    return {name: photos.take(chosen) for name, chosen in rows.items()}


def cut_by_image(photos: Packed, val_images: int) -> Cut:
    """As most projects cut."""
    order = np.random.default_rng(PARAMS.split.seed).permutation(len(photos))
    return {
        "val": photos.take(order[:val_images]),
        "train": photos.take(np.sort(order[val_images:])),
    }


def measure(parts: Cut, test: Packed) -> dict[str, float]:
    """Train, and score what the validation promises and what the test keeps."""
    shared = np.intersect1d(parts["train"].tracks, parts["val"].tracks)
    model, best = fit(parts["train"], parts["val"], PARAMS.arch, PARAMS.train, on_epoch=print)
    wrong = predict_logits(model, test.images).argmax(axis=1) != test.labels
    return {
        "tracks_in_both": len(shared),
        "near_duplicates": len(near_duplicates(parts["train"], parts["val"])),
        "val_images": len(parts["val"]),
        "val_errors": round((1 - best.val_accuracy) * len(parts["val"])),
        "val_accuracy": best.val_accuracy,
        "test_errors": int(wrong.sum()),
        "test_accuracy": float(1 - wrong.mean()),
    }


def table(rows: dict[str, dict[str, float]]) -> str:
    """The results as Markdown."""
    lines = [
        "| split of the training photos | tracks in both parts | near-duplicate pairs across "
        "| validation error | test error | test / validation |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, row in rows.items():
        val, test = 1 - row["val_accuracy"], 1 - row["test_accuracy"]
        ratio = f"{test / val:.1f}" if val else "-"
        lines.append(
            f"| {name} | {row['tracks_in_both']} | {row['near_duplicates']} | {val:.2%} "
            f"({row['val_errors']} of {row['val_images']}) | {test:.2%} ({row['test_errors']}) "
            f"| {ratio} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure what is not yet measured, print and write."""
    if len(sys.argv) != 2:
        raise SignsError("name the folder: uv run python benchmarks/leak.py ../shared/gtsrb")
    made_of = {"folder": Path(sys.argv[1]).resolve().name} | PARAMS.model_dump()
    source = load(sys.argv[1])
    by_track = cut_by_track(source["train"])
    cuts = {
        "by image, at random": cut_by_image(source["train"], len(by_track["val"])),
        "by track (this project)": by_track,
    }
    measures = {name: partial(measure, parts, source["test"]) for name, parts in cuts.items()}
    rows = measure_missing("leak.json", made_of, measures)
    publish("leak.md", table(rows))


if __name__ == "__main__":
    with one_line_errors():
        main()
