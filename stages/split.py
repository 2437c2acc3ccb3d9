"""Cut by track and pack: data/raw -> data/train.npz, val.npz, test.npz."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from signs.classes import NUM_CLASSES
from signs.errors import one_line_errors
from signs.files import write_json
from signs.packed import Packed, concatenate
from signs.params import Params, load_params
from signs.sources.cut import cut, cut_others, with_others
from signs.sources.pack import Packing, pack_photos
from signs.sources.similarity import check_no_near_duplicates
from signs.sources.tracks import check_disjoint, keep_fraction, require_classes
from stages.paths import METRICS, OTHERS_TEST, OTHERS_VAL, RAW, TEST, TRAIN, VAL

PHOTOS, OWN_TEST, EXTRA = (RAW / f"{name}.parquet" for name in ("train", "test", "extra"))
PARTS = {
    "train": TRAIN,
    "val": VAL,
    "test": TEST,
    "others_val": OTHERS_VAL,
    "others_test": OTHERS_TEST,
}


def main() -> None:
    params = load_params("image_size", "data", "split")
    packings = {
        path.stem: pack_photos(
            path, params.image_size, params.split.max_unreadable, need_tracks=path == PHOTOS
        )
        for path in (PHOTOS, OWN_TEST, EXTRA)
        if path == PHOTOS or path.exists()
    }
    for packing in packings.values():
        report_on(packing)
    photos = packings["train"].photos
    shown = np.concatenate([p.photos.labels for name, p in packings.items() if name != "test"])
    require_classes(shown, np.arange(NUM_CLASSES), photos.source)
    done = cut(photos, own_test(packings), params.split)
    parts = done.parts
    parts["train"] = keep_share(parts["train"], params)
    if "extra" in packings:
        parts["train"] = concatenate([parts["train"], packings["extra"].photos])
    check_disjoint({name: part.tracks for name, part in parts.items()})
    check_no_near_duplicates(parts)
    others = pack_others(params)
    counts = {f"{name}_images": len(part) for name, part in (parts | others).items()}
    tracks = {f"{name}_tracks": len(np.unique(parts[name].tracks)) for name in ("train", "val")}
    parts["train"] = with_others(parts["train"], others["others_train"])
    parts |= {name: others[name] for name in ("others_val", "others_test")}
    for name, path in PARTS.items():
        parts[name].save(path)
        print(f"{name}: {len(parts[name])} images, {parts[name].source}")
    write_json(
        METRICS / "split.json",
        counts
        | tracks
        | {
            "track_names": packings["train"].tracks,
            "tracks_joined": done.tracks_joined,
            "tracks_dropped": done.tracks_dropped,
            "unreadable_images": sum(len(p.unreadable) for p in packings.values()),
        },
    )


def report_on(packing: Packing) -> None:
    """What a person should know of a source."""
    source = packing.photos.source
    for line in packing.unreadable:
        print(f"{source}: left out, cannot be read: {line}")
    if packing.tracks == "inferred":
        count = len(np.unique(packing.photos.tracks))
        print(f"{source}: no track names; {count} tracks inferred from the order of images")


def own_test(packings: Mapping[str, Packing]) -> Packed | None:
    """The test part that needs no cutting; track names of another source mean other signs."""
    if "test" not in packings:
        return None
    test = packings["test"].photos
    if test.source == packings["train"].photos.source:
        return test
    return replace(test, tracks=np.array([f"test-{track}" for track in test.tracks]))


def pack_others(params: Params) -> dict[str, Packed]:
    """Pictures of none of the signs: "others_train", "others_val" and "others_test"."""
    trained, tested = (
        pack_photos(RAW / f"others_{part}.parquet", params.image_size, max_unreadable=0).photos
        for part in ("train", "test")
    )
    return {**cut_others(trained, params.split), "others_test": tested}


def keep_share(train: Packed, params: Params) -> Packed:
    """Leave out tracks, as the params ask."""
    fraction = params.data.track_fraction
    if fraction == 1:
        return train
    kept = keep_fraction(train.labels, train.tracks, fraction, params.data.seed)
    return replace(train.take(kept), source=f"{len(kept)} of {len(train)} {train.source}")


if __name__ == "__main__":
    with one_line_errors():
        main()
