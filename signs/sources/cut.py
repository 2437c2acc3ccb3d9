"""Cutting photos into parts that share no physical sign."""

from dataclasses import dataclass, replace

import numpy as np

from signs.classes import OTHER, Other
from signs.errors import SignsError
from signs.packed import Packed, concatenate
from signs.params import SplitParams
from signs.sources.similarity import (
    check_unlike,
    drop_tracks_like,
    join_tracks,
    near_duplicates,
)
from signs.sources.tracks import require_classes, split_by_track


@dataclass(frozen=True)
class Cut:
    """Parts, and what near-duplicates cost.

    Attributes:
        parts: "train", "val" and "test".
        tracks_joined: by how many tracks there are fewer because near-duplicates were in two.
        tracks_dropped: how many were left out because they look like the test part.
    """

    parts: dict[str, Packed]
    tracks_joined: int
    tracks_dropped: int


def cut(photos: Packed, own_test: Packed | None, params: SplitParams) -> Cut:
    """Keep a test part that the source has, and cut the rest by track.

    Tracks that hold near-duplicates of each other are kept together; those with near-duplicates of
    the source's own test part are left out.

    Raises:
        SignsError: a class has too few tracks, or parts look so much alike that the tracks must be
            wrong.
    """
    before, classes = len(np.unique(photos.tracks)), np.unique(photos.labels)
    photos = replace(photos, tracks=join_tracks(photos.tracks, near_duplicates(photos, photos)))
    joined = len(np.unique(photos.tracks))
    fractions = {"val": params.val_fraction}
    if own_test is None:
        fractions["test"] = params.test_fraction
    else:
        photos = drop_tracks_like(photos, own_test)
    rows = split_by_track(photos.labels, photos.tracks, fractions, params.seed)
    parts = {name: photos.take(chosen) for name, chosen in rows.items()}
    check_unlike(parts)
    if own_test is not None:
        parts["test"] = own_test
    for name in ("train", "val"):
        require_classes(parts[name].labels, classes, f"{name} part of {photos.source}")
    return Cut(parts, before - joined, joined - len(np.unique(photos.tracks)))


def cut_others(pictures: Packed, params: SplitParams) -> dict[str, Packed]:
    """Cut pictures of none of the signs: no drawing is the subject of pictures in two parts.

    Args:
        pictures: labelled by kind (`Other`); tracks name the drawing.

    Returns:
        "others_train", with `OTHER` as label, and "others_val".

    Raises:
        SignsError: a kind has too few drawings.
    """
    fractions = {"val": params.val_fraction}
    for kind in np.unique(pictures.labels):
        if len(np.unique(pictures.tracks[pictures.labels == kind])) < 2:
            raise SignsError(
                f"pictures of none of the signs: one {Other(kind).words} is too few to train and "
                "validate with; raise data.drawn_others"
            )
    rows = split_by_track(pictures.labels, pictures.tracks, fractions, params.seed)
    train = pictures.take(rows["train"])
    return {
        "others_train": replace(train, labels=np.full(len(train), OTHER, dtype=np.int64)),
        "others_val": pictures.take(rows["val"]),
    }


def with_others(signs: Packed, others: Packed) -> Packed:
    """Training images of both; the source stays that of the signs, which a model says it is of."""
    return replace(concatenate([signs, others]), source=signs.source)
