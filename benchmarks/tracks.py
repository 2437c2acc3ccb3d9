"""How well tracks are inferred from the order of rows, on data whose true tracks are known.

    uv run python benchmarks/tracks.py ../shared/gtsrb

The folder holds parquet files in the hub's layout and `tracks.csv` (split, row, class_id, track).
Scored: the whole files, the same photos brought to one size, one photo in ten lost, and random
order. Also printed: the regression that the constants of `signs/sources/infer.py` come from, fitted
on the train file. The table lands in `benchmarks/results/tracks.md`.
"""

import sys
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image
from sklearn.linear_model import LogisticRegression

from benchmarks.publish import publish
from signs.errors import SignsError, one_line_errors
from signs.inference.preprocess import preprocess
from signs.packed import Packed
from signs.params import load_params
from signs.sources.infer import infer_tracks
from signs.sources.parquet import folder_source
from signs.sources.similarity import as_vectors, check_unlike, join_tracks, near_duplicates
from signs.sources.tracks import split_by_track

ROOT = Path(__file__).parents[1]
SPLIT = load_params("split", path=ROOT / "params.yaml").split

Array = npt.NDArray


@dataclass(frozen=True)
class Score:
    """How inferred tracks compare with true ones.

    Attributes:
        true, inferred: how many tracks there are.
        exactly_right: share of images whose inferred track holds the same images as the true one.
        tracks_cut: true tracks with images both in training and in validation after the split.
    """

    true: int
    inferred: int
    exactly_right: float
    tracks_cut: int


def load(folder: Path, part: str) -> tuple[Packed, Array]:
    """A part's photos with their true tracks, and their sizes int64[N, 2] in pixels."""
    photos = list(folder_source(folder).parts[part]())
    rows = pd.read_csv(folder / "tracks.csv").query("split == @part").sort_values("row")
    images = np.stack([preprocess(photo.data, 48) for photo in photos])
    sizes = np.array([Image.open(BytesIO(photo.data)).size for photo in photos])
    true = (rows["class_id"].astype(str) + "-" + rows["track"].astype(str)).to_numpy(dtype="U")
    return Packed(images, rows["class_id"].to_numpy(), true, part), sizes


def score(photos: Packed, sizes: Array, part: str) -> Score:
    """Infer, and compare with the tracks of `photos`."""
    inferred = infer_tracks(photos.labels, photos.images, sizes, part)
    pairs = pd.DataFrame({"true": photos.tracks, "inferred": inferred})
    both = pairs.groupby(["true", "inferred"])["true"].transform("size")
    whole = [pairs.groupby(name)[name].transform("size") for name in ("true", "inferred")]
    packed = Packed(photos.images, photos.labels, inferred, part)
    joined = join_tracks(inferred, near_duplicates(packed, packed))
    parts = split_by_track(photos.labels, joined, {"val": SPLIT.val_fraction}, SPLIT.seed)
    check_unlike({name: packed.take(rows) for name, rows in parts.items()})
    return Score(
        len(np.unique(photos.tracks)),
        len(np.unique(inferred)),
        float(((both == whole[0]) & (both == whole[1])).mean()),
        len(np.intersect1d(photos.tracks[parts["train"]], photos.tracks[parts["val"]])),
    )


def describe(photos: Packed, sizes: Array, part: str) -> str:
    """The score as cells of a table, or why there is none."""
    try:
        result = score(photos, sizes, part)
    except SignsError as error:
        return f"refused: {str(error).split(', so')[0]} | | | "
    return f"{result.true} | {result.inferred} | {result.exactly_right:.2%} | {result.tracks_cut}"


def describe_rows(photos: Packed, sizes: Array, part: str, rows: Array) -> str:
    """The same for some rows, in that order."""
    return describe(photos.take(rows), sizes[rows], part)


def fit_constants(photos: Packed, sizes: Array) -> str:
    """The regression of "a new track begins" on likeness and growth, within classes."""
    vectors = as_vectors(photos.images)
    unlike = 1 - (vectors[1:] * vectors[:-1]).sum(axis=1)
    growth = np.abs(np.diff(np.log(sizes.prod(axis=1))))
    begins = photos.tracks[1:] != photos.tracks[:-1]
    inside = photos.labels[1:] == photos.labels[:-1]
    lines = []
    for name, features in (("with", (unlike, growth)), ("without", (unlike,))):
        columns = np.column_stack(features)[inside]
        model = LogisticRegression(C=10).fit(columns, begins[inside])
        weights = ", ".join(f"{w:.1f}" for w in (*model.intercept_, *model.coef_[0]))
        lines.append(f"{name} sizes: {weights}")
    return "; ".join(lines)


def main() -> None:
    """Score, print and write."""
    if len(sys.argv) != 2:
        raise SignsError("name the folder: uv run python benchmarks/tracks.py ../shared/gtsrb")
    rng = np.random.default_rng(0)
    lines = [
        "| photos | true tracks | inferred | images whose track is exactly right "
        "| true tracks that the split cuts |",
        "|---|---:|---:|---:|---:|",
    ]
    for part in ("train", "test"):
        photos, sizes = load(Path(sys.argv[1]), part)
        if part == "train":
            print(f"constants fitted on train, {fit_constants(photos, sizes)}")
        order = rng.permutation(len(photos))
        kept = np.flatnonzero(rng.random(len(photos)) > 0.1)
        half = np.where(photos.labels < 21, np.arange(len(photos)), -1)
        half[half < 0] = rng.permutation(np.flatnonzero(half < 0))
        moved = np.argsort(np.arange(len(photos)) + rng.uniform(-14, 14, len(photos)))
        described = partial(describe_rows, photos, sizes, part)
        one_size = np.full_like(sizes, 48)
        lines += [
            f"| {part} | {describe(photos, sizes, part)} |",
            f"| {part}, all of one size | {describe(photos, one_size, part)} |",
            f"| {part}, one in ten lost | {described(kept)} |",
            f"| {part}, half the classes in random order | {described(half)} |",
            f"| {part}, rows moved by up to 14 | {described(moved)} |",
            f"| {part}, random order | {described(order)} |",
        ]
    lines += [
        "",
        "The constants of the inference were fitted on the train file; test was held out.",
    ]
    publish("tracks.md", "\n".join(lines))


if __name__ == "__main__":
    with one_line_errors():
        main()
