"""Cutting photos into parts that share no physical sign."""

from dataclasses import dataclass, replace

import numpy as np

from signs.catalog.negative_kinds import NegativeKind
from signs.errors import SignsError
from signs.params import SplitParams
from signs.records.packed import Packed, concatenate
from signs.splitting.groups import require_classes, require_one_label, split_by_group
from signs.splitting.leaks import (
    Contradictions,
    check_unlike,
    drop_groups,
    join_groups,
    search,
)
from signs.splitting.similarity import as_vectors


@dataclass(frozen=True)
class Cut:
    """The parts of a data set, and the effect of near-duplicates.

    Attributes:
        parts: "train", "val" and "test".
        groups_joined: how many fewer groups remain after joining those with near-duplicates.
        groups_dropped: how many groups were left out because they look like the test part.
        contradictions: near-duplicates with different labels; rows count the photos first, then
            the source's own test part.
    """

    parts: dict[str, Packed]
    groups_joined: int
    groups_dropped: int
    contradictions: Contradictions


def cut(photos: Packed, own_test: Packed | None, params: SplitParams) -> Cut:
    """Keep the source's own test part, if it has one, and cut the rest by group.

    Groups that hold near-duplicates of each other are kept together, whatever their labels; those
    with near-duplicates of the source's own test part are left out. If near-duplicates have
    different labels, one label is wrong, but which one is unknown: both images stay.

    Raises:
        SignsError: a class has too few groups, a group has two labels, many near-duplicates have
            different labels, or parts look so much alike that the groups must be wrong.
    """
    classes, names = np.unique(photos.labels), photos.label_space.names
    require_one_label(photos.labels, photos.groups, names)
    before = len(np.unique(photos.groups))
    vectors = as_vectors(photos.images)
    vectors_of = {} if own_test is None else {"test": as_vectors(own_test.images)}
    found = search(photos, vectors, own_test, vectors_of.get("test"))
    photos = replace(photos, groups=join_groups(photos.groups, found.links))
    joined = len(np.unique(photos.groups))
    fractions = {"val": params.val_fraction}
    if own_test is None:
        fractions["test"] = params.test_fraction
    else:
        kept = drop_groups(photos, photos.groups[found.like_test], own_test)
        photos, vectors = photos.take(kept), vectors[kept]
    rows = split_by_group(photos.labels, photos.groups, fractions, params.seed, names)
    parts = {name: photos.take(chosen) for name, chosen in rows.items()}
    vectors_of |= {name: vectors[chosen] for name, chosen in rows.items()}
    if own_test is not None:
        parts["test"] = own_test
    check_unlike(parts, vectors_of)
    for name in ("train", "val"):
        require_classes(parts[name].labels, classes, names, f"{name} part of {photos.source}")
    dropped = joined - len(np.unique(photos.groups))
    return Cut(parts, before - joined, dropped, found.contradictions)


def cut_negatives(negatives: Packed, params: SplitParams) -> dict[str, Packed]:
    """Cut negatives so that no drawing is the subject of images in two parts.

    Args:
        negatives: grouped by drawing.

    Returns:
        "negatives_train" and "negatives_val".

    Raises:
        SignsError: a kind has too few drawings.
    """
    for kind in np.unique(negatives.kinds):
        if len(np.unique(negatives.groups[negatives.kinds == kind])) < 2:
            raise SignsError(
                f"negatives: one {kind} is too few to train and validate with; raise "
                "data.drawn_negatives"
            )
    kinds = list(NegativeKind)
    numbers = np.array([NegativeKind(kind).number for kind in negatives.kinds], dtype=np.int64)
    fractions = {"val": params.val_fraction}
    rows = split_by_group(numbers, negatives.groups, fractions, params.seed, kinds)
    return {f"negatives_{part}": negatives.take(rows[part]) for part in ("train", "val")}


def with_negatives(signs: Packed, negatives: Packed) -> Packed:
    """Training images of both; the source stays that of the signs, which a model reports."""
    return replace(concatenate([signs, negatives]), source=signs.source)
