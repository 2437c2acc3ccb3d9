"""Cut by group and pack: data/raw -> data/train.npz, val.npz, test.npz."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from signs.data.pack import Packing, pack_photos
from signs.errors import SignsError, one_line_errors
from signs.files import write_json
from signs.params import Params, load_params
from signs.records.packed import Packed, concatenate
from signs.splitting.cut import Cut, cut, cut_negatives, with_negatives
from signs.splitting.groups import check_disjoint, keep_fraction, require_classes
from signs.splitting.leaks import separate
from stages.paths import METRICS, NEGATIVES_TEST, NEGATIVES_VAL, RAW, TEST, TRAIN, VAL

PHOTOS, OWN_TEST, EXTRA = (RAW / f"{name}.parquet" for name in ("train", "test", "extra"))
PARTS = {
    "train": TRAIN,
    "val": VAL,
    "test": TEST,
    "negatives_val": NEGATIVES_VAL,
    "negatives_test": NEGATIVES_TEST,
}


def main() -> None:
    params = load_params("image_size", "split", "data.track_fraction", "data.seed")
    packings = {
        path.stem: pack_photos(
            path, params.image_size, params.split.max_unreadable, need_groups=path == PHOTOS
        )
        for path in (PHOTOS, OWN_TEST, EXTRA)
        if path == PHOTOS or path.exists()
    }
    for packing in packings.values():
        report_on(packing)
    photos = packings["train"].photos
    shown = np.concatenate([p.photos.labels for name, p in packings.items() if name != "test"])
    names = photos.label_space.names
    require_classes(shown, np.arange(len(names)), names, photos.source)
    done = cut(photos, own_test(packings), params.split)
    report_contradictions(done, packings)
    parts = done.parts
    parts["train"] = keep_share(parts["train"], params)
    if "extra" in packings:
        parts["train"] = concatenate([parts["train"], packings["extra"].photos])
    signs = {name: len(part) for name, part in parts.items()}
    groups = {f"{name}_groups": len(np.unique(parts[name].groups)) for name in ("train", "val")}
    negatives = pack_negatives(params)
    parts["train"] = with_negatives(parts["train"], negatives["negatives_train"])
    parts |= {name: negatives[name] for name in ("negatives_val", "negatives_test")}
    check_disjoint({name: part.groups for name, part in parts.items()})
    parts = separate(parts, expendable=("negatives_val", "negatives_test"))
    require_images(parts)
    for name, path in PARTS.items():
        parts[name].save(path)
        print(f"{name}: {len(parts[name])} images, {parts[name].source}")
    sizes = signs | {name: len((negatives | parts)[name]) for name in negatives}
    write_json(
        METRICS / "split.json",
        {f"{name}_images": size for name, size in sizes.items()}
        | groups
        | {
            "group_names": packings["train"].group_names,
            "groups_joined": done.groups_joined,
            "groups_dropped": done.groups_dropped,
            "unreadable_images": sum(len(p.unreadable) for p in packings.values()),
        },
    )


def require_images(parts: Mapping[str, Packed]) -> None:
    """Make sure that no part is empty.

    Raises:
        SignsError: one is.
    """
    for name, part in parts.items():
        if not len(part):
            raise SignsError(f"{name} has no image left: raise data.drawn_negatives, or add photos")


def report_on(packing: Packing) -> None:
    """Print what was left out of a source, and what was inferred."""
    source = packing.photos.source
    for line in packing.unreadable:
        print(f"{source}: left out, cannot be read: {line}")
    if packing.group_names == "inferred":
        count = len(np.unique(packing.photos.groups))
        print(f"{source}: no group names; {count} groups inferred from the order of images")


def report_contradictions(done: Cut, packings: Mapping[str, Packing]) -> None:
    """Print near-duplicates with different labels: a person has to say which label is wrong."""
    found = done.contradictions
    if not found.images:
        return
    known = [packings[name] for name in ("train", "test") if name in packings]
    names = [name for packing in known for name in packing.names]
    labels = np.concatenate([packing.photos.labels for packing in known])
    title = known[0].photos.label_space.title
    pairs = "; ".join(
        " and ".join(f"{names[row]} ({title(labels[row])})" for row in pair) for pair in found.pairs
    )
    print(
        f"{known[0].photos.source}: {found.images} images look the same as an image with another "
        f"label and are kept in one part with it; correct the labels, for example of {pairs}"
    )


def own_test(packings: Mapping[str, Packing]) -> Packed | None:
    """The test part that needs no cutting; group names of another source name other signs."""
    if "test" not in packings:
        return None
    test = packings["test"].photos
    if packings["test"].source_id == packings["train"].source_id:
        return test
    return replace(test, groups=np.array([f"test-{group}" for group in test.groups]))


def pack_negatives(params: Params) -> dict[str, Packed]:
    """Negatives: "negatives_train", "negatives_val" and "negatives_test"."""
    trained, tested = (
        pack_photos(RAW / f"negatives_{part}.parquet", params.image_size, max_unreadable=0).photos
        for part in ("train", "test")
    )
    return {**cut_negatives(trained, params.split), "negatives_test": tested}


def keep_share(train: Packed, params: Params) -> Packed:
    """Leave out groups, as the params ask."""
    fraction = params.data.track_fraction
    if fraction == 1:
        return train
    kept = keep_fraction(train.labels, train.groups, fraction, params.data.seed)
    return replace(train.take(kept), source=f"{len(kept)} of {len(train)} {train.source}")


if __name__ == "__main__":
    with one_line_errors():
        main()
