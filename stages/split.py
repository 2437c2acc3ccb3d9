"""Cut by track and pack: data/raw -> data/train.npz, val.npz, test.npz."""

import numpy as np

from signs.classes import CLASSES
from signs.errors import one_line_errors
from signs.files import write_json
from signs.packed import Packed, concatenate
from signs.params import load_params
from signs.sources.raw import has_tracks, pack_photos
from signs.sources.tracks import (
    keep_fraction,
    require_every_class,
    split_by_track,
)
from stages.paths import METRICS, RAW, TEST, TRAIN, VAL


def main() -> None:
    params = load_params("image_size", "data", "split")
    photos = pack_photos(RAW / "train.parquet", params.image_size)
    if not has_tracks(RAW / "train.parquet"):
        print("no track names here: blocks of neighbouring photos of a class stand in for tracks")
    every_class = [c.id for c in CLASSES]
    require_every_class(photos.labels, every_class, photos.source)

    fractions = {"val": params.split.val_fraction}
    own_test = RAW / "test.parquet"
    if not own_test.exists():
        fractions["test"] = params.split.test_fraction
    rows = split_by_track(photos.labels, photos.tracks, fractions, params.split.seed)
    parts = {name: photos.take(chosen) for name, chosen in rows.items()}
    if own_test.exists():
        parts["test"] = pack_photos(own_test, params.image_size)

    train = parts["train"]
    kept = keep_fraction(train.labels, train.tracks, params.data.track_fraction, params.data.seed)
    parts["train"] = train.take(kept)
    extra = RAW / "extra.parquet"
    if extra.exists():
        parts["train"] = concatenate([parts["train"], pack_photos(extra, params.image_size)])
    write_parts(parts)


def write_parts(parts: dict[str, Packed]) -> None:
    """Write the three parts and count them."""
    counts: dict[str, int] = {}
    for name, path in (("train", TRAIN), ("val", VAL), ("test", TEST)):
        part = parts[name]
        part.save(path)
        counts[f"{name}_images"] = len(part)
        counts[f"{name}_tracks"] = len(np.unique(part.tracks))
        print(f"{name}: {len(part)} images of {counts[f'{name}_tracks']} tracks, {part.source}")
    write_json(METRICS / "split.json", counts)


if __name__ == "__main__":
    with one_line_errors():
        main()
