"""Groups (images of one physical sign), and cutting rows so that no group is in two parts."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from signs.errors import SignsError

Labels = npt.NDArray[np.int64]
Groups = npt.NDArray[np.str_]
Rows = npt.NDArray[np.intp]


def split_by_group(
    labels: Labels,
    groups: Groups,
    fractions: Mapping[str, float],
    seed: int,
    names: Sequence[str],
) -> dict[str, Rows]:
    """Cut rows into parts so that no group is in two, each class in about the same proportions.

    Args:
        labels: int64[N].
        groups: str[N]; a group with two labels counts toward the class of the lower one.
        fractions: for each part but "train", its share of a class's groups; at least one group of
            each class goes there.
        seed: of the random choice, which for a class does not depend on other classes.
        names: of the classes, for errors.

    Returns:
        Row numbers in ascending order, for "train" (the rest) and for each key of `fractions`.

    Raises:
        SignsError: a class has too few groups for every part.
    """
    parts: dict[str, list[Rows]] = {name: [] for name in ("train", *fractions)}
    labels = _lowest_labels(labels, groups)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        found = np.unique(groups[rows])
        if len(found) < len(parts):
            raise SignsError(
                f"class {label} ({names[label]}) has {len(found)} group(s), and "
                f"{', '.join(parts)} need one each: add photos of another such sign"
            )
        shuffled = np.random.default_rng([seed, label]).permutation(found)
        for part, share in fractions.items():
            count = max(1, round(share * len(found)))
            # Leave one group for each remaining part, training included.
            count = min(count, len(shuffled) - (len(parts) - 1 - list(fractions).index(part)))
            chosen, shuffled = shuffled[:count], shuffled[count:]
            parts[part].append(rows[np.isin(groups[rows], chosen)])
        parts["train"].append(rows[np.isin(groups[rows], shuffled)])
    cut = {name: np.sort(np.concatenate(chunks)) for name, chunks in parts.items()}
    check_disjoint({name: groups[rows] for name, rows in cut.items()})
    return cut


def _lowest_labels(labels: Labels, groups: Groups) -> Labels:
    """For each row, the lowest label in its group: int64[N]."""
    names, numbers = np.unique(groups, return_inverse=True)
    lowest = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(lowest, numbers, labels)
    return lowest[numbers]


def require_one_label(labels: Labels, groups: Groups, names: Sequence[str]) -> None:
    """Make sure that all rows of a group have one label: a group is one physical sign.

    Raises:
        SignsError: a group has two labels; the message names it and the classes.
    """
    odd = np.flatnonzero(labels != _lowest_labels(labels, groups))
    if len(odd):
        group = groups[odd[0]]
        found = " and ".join(f"{c} ({names[c]})" for c in np.unique(labels[groups == group]))
        raise SignsError(
            f"group {group} has images of class {found}: a group is one physical sign; correct "
            "the labels, or give each sign its own group name"
        )


def check_disjoint(groups: Mapping[str, Groups]) -> None:
    """Make sure that no group is in two parts.

    Raises:
        SignsError: a group is in two parts; the message names it.
    """
    seen: dict[str, str] = {}
    for part, names in groups.items():
        for name in np.unique(names):
            if name in seen:
                raise SignsError(f"group {name} is both in {seen[name]} and in {part}")
            seen[str(name)] = part


def keep_fraction(labels: Labels, groups: Groups, fraction: float, seed: int) -> Rows:
    """Rows of a random share of each class's groups, at least one group per class.

    Args:
        labels: int64[N].
        groups: str[N].
        fraction: from 0 to 1; a smaller one keeps a subset of what a larger one keeps.
        seed: of the random choice.

    Returns:
        Row numbers in ascending order.
    """
    kept: list[str] = []
    for label in np.unique(labels):
        names = np.unique(groups[labels == label])
        order = np.random.default_rng([seed, label]).permutation(names)
        kept.extend(order[: max(1, round(fraction * len(order)))])
    return np.flatnonzero(np.isin(groups, kept))


def require_classes(labels: Labels, wanted: Labels, names: Sequence[str], what: str) -> None:
    """Make sure that each wanted class has an image.

    Raises:
        SignsError: some classes have none; the message names them.
    """
    absent = np.setdiff1d(wanted, labels)
    if len(absent):
        missing = ", ".join(f"{c} ({names[c]})" for c in absent)
        raise SignsError(f"{what}: no image of class {missing}; every class needs some")
