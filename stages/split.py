"""Cut by track and pack: data/raw -> data/train.npz, val.npz, test.npz."""

from dataclasses import replace

import numpy as np

from signs.errors import one_line_errors
from signs.files import write_json
from signs.packed import Packed, concatenate
from signs.params import Params, load_params
from signs.sources.pack import check_no_shared_photo, has_tracks, pack_photos
from signs.sources.tracks import (
    check_disjoint,
    keep_fraction,
    require_every_class,
    split_by_track,
)
from stages.paths import METRICS, RAW, TEST, TRAIN, VAL

PHOTOS, OWN_TEST, EXTRA = (RAW / f"{name}.parquet" for name in ("train", "test", "extra"))


def main() -> None:
    params = load_params("image_size", "data", "split")
    parts = cut(params)
    check_disjoint({name: part.tracks for name, part in parts.items()})
    parts["train"] = adjust_training(parts["train"], params)
    for name, path in (("train", TRAIN), ("val", VAL), ("test", TEST)):
        parts[name].save(path)
        print(f"{name}: {len(parts[name])} images, {parts[name].source}")
    named = has_tracks(PHOTOS)
    if not named:
        print("no track names here: blocks of neighbouring photos of a class stand in for tracks")
    counts = {f"{name}_images": len(parts[name]) for name in ("train", "val", "test")}
    tracks = sum(len(np.unique(part.tracks)) for part in parts.values())
    write_json(METRICS / "split.json", counts | {"tracks": tracks, "tracks_named": named})


def cut(params: Params) -> dict[str, Packed]:
    """Keep a test part that the source has; cut the rest by track."""
    photos = pack_photos(PHOTOS, params.image_size)
    require_every_class(photos.labels, photos.source)
    fractions = {"val": params.split.val_fraction}
    if not OWN_TEST.exists():
        fractions["test"] = params.split.test_fraction
    rows = split_by_track(photos.labels, photos.tracks, fractions, params.split.seed)
    parts = {name: photos.take(chosen) for name, chosen in rows.items()}
    if OWN_TEST.exists():
        check_no_shared_photo(PHOTOS, OWN_TEST)
        parts["test"] = pack_photos(OWN_TEST, params.image_size)
    return parts


def adjust_training(train: Packed, params: Params) -> Packed:
    """Leave out tracks and add drawings, as the params ask."""
    fraction = params.data.track_fraction
    if fraction < 1:
        kept = keep_fraction(train.labels, train.tracks, fraction, params.data.seed)
        share = f"{len(kept)} of {len(train)} {train.source}"
        train = replace(train.take(kept), source=share)
    if EXTRA.exists():
        train = concatenate([train, pack_photos(EXTRA, params.image_size)])
    return train


if __name__ == "__main__":
    with one_line_errors():
        main()
