"""Infer groups that a source does not name from row order and from changes between images.

Sources without group names still list the frames of a sign one after another. From one frame to
the next a sign looks almost the same and grows a little; from the last frame of a group to the
first of the next, background and size jump. A class's rows are therefore cut where neighbors
differ. If many groups turn out to have one length, that length is expected everywhere.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from signs.errors import SignsError
from signs.splitting.similarity import Vectors, as_vectors, most_alike

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Groups = npt.NDArray[np.str_]
Rows = npt.NDArray[np.intp]

# Log-odds that a new group begins between two neighbors: constant, and weights of 1 - likeness and
# of |change of the logarithm of the area|. Fitted by logistic regression to the 1,000 boundaries in
# the `train` file of a copy of GTSRB with known groups: docs/notebook/tracks.md has the scores.
WITH_SIZES = (-9.8, 5.2, 10.2)
WITHOUT_SIZES = (-7.2, 9.0, 0.0)  # if all images have one size
MAX_LOG_ODDS = 6.0  # so that one odd frame cannot outweigh the group length
CAUTION = 4.0  # log-odds for a cut if groups have no common length: joining is safer
MAX_CHANGES = 0.3  # share of neighbors that may differ; GTSRB: 0.03, in random order 0.55
MIN_AT_HOME = 0.88  # share of images whose most similar image is in their group; GTSRB: 0.94
MIN_IMAGES = 100  # minimum, for a class to be checked on its own
COMMON_LENGTH = 0.4  # minimum share of groups with one length for it to be expected
ROUNDS = 2
REMEDY = (
    "the order of rows is random, or groups are short; add a column `group` that names the "
    "physical sign of each row, or use a source in its original order"
)


@dataclass(frozen=True)
class _Lengths:
    """What is known of group lengths: the common one, its share, and the mean."""

    common: int
    share: float
    mean: float


def infer_groups(
    labels: Labels, images: npt.NDArray[np.uint8], sizes: npt.NDArray[np.int64], prefix: str
) -> Groups:
    """Name the group of each image.

    Args:
        labels: int64[N], in the source's order.
        images: uint8[N, S, S, 3].
        sizes: int64[N, 2], width and height in pixels before preprocessing.
        prefix: of every name, so that the groups of two files differ.

    Returns:
        str[N], such as "PREFIX-07-00003".

    Raises:
        SignsError: neighboring rows do not look alike, or look more like other rows, so their
            order carries no information.
    """
    classes = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    vectors = [as_vectors(images[rows]) for rows in classes]
    sizes_tell = len(np.unique(sizes, axis=0)) > 1
    odds = [_log_odds(v, sizes[rows], sizes_tell) for v, rows in zip(vectors, classes, strict=True)]
    _check_order(odds)
    starts = [_cut_above(0, each) for each in odds]
    if _common_length(starts, classes) is None:
        starts = [_cut_above(CAUTION, each) for each in odds]
    for _ in range(ROUNDS):
        lengths = _common_length(starts, classes)
        if lengths is None:
            break
        starts = [_cut(each, lengths) for each in odds]
    groups = np.empty(len(labels), dtype=f"U{len(prefix) + 16}")
    for rows, begins in zip(classes, starts, strict=True):
        numbers = np.cumsum(np.isin(np.arange(len(rows)), begins)) - 1
        groups[rows] = [f"{prefix}-{labels[rows[0]]:02d}-{number:05d}" for number in numbers]
    _check_homes(vectors, [groups[rows] for rows in classes])
    return groups


def _check_order(odds: list[Floats]) -> None:
    """Refuse rows whose neighbors look like different signs too often."""
    changes = [float((each > 0).mean()) for each in odds if len(each) >= MIN_IMAGES]
    changes += [float((np.concatenate(odds) > 0).mean())] if sum(map(len, odds)) else []
    if max(changes, default=0) > MAX_CHANGES:
        raise SignsError(
            f"{max(changes):.0%} of neighboring images of a class look like different signs, so "
            f"groups cannot be inferred: {REMEDY}"
        )


def _check_homes(vectors: list[Vectors], groups: list[Groups]) -> None:
    """Refuse groups if too few images have their most similar image in their own group."""
    at_home = []
    for each, names in zip(vectors, groups, strict=True):
        if len(each) > 1:
            at_home.append(names[most_alike(each)] == names)
    share = float(np.concatenate(at_home).mean()) if at_home else 1.0
    if share < MIN_AT_HOME:
        raise SignsError(
            f"{1 - share:.0%} of images look most like an image of another group, so "
            f"groups cannot be inferred: {REMEDY}"
        )


def _log_odds(vectors: Vectors, sizes: npt.NDArray[np.int64], sizes_tell: bool) -> Floats:
    """Log-odds that a new group begins between neighboring images of a class: float[N - 1]."""
    constant, of_looks, of_area = WITH_SIZES if sizes_tell else WITHOUT_SIZES
    unlike = 1 - (vectors[1:] * vectors[:-1]).sum(axis=1)
    growth = np.abs(np.diff(np.log(sizes.prod(axis=1))))
    return (constant + of_looks * unlike + of_area * growth).clip(-MAX_LOG_ODDS, MAX_LOG_ODDS)


def _common_length(starts: list[Rows], classes: list[Rows]) -> _Lengths | None:
    ends = [np.append(begins[1:], len(rows)) for begins, rows in zip(starts, classes, strict=True)]
    lengths = np.concatenate([e - b for b, e in zip(starts, ends, strict=True)])
    counts = np.bincount(lengths)
    common = int(counts.argmax())
    share = float(counts[common] / len(lengths))
    if common < 2 or share < COMMON_LENGTH:
        return None
    return _Lengths(common, min(share, 0.98), float(lengths.mean()))


def _cut_above(limit: float, log_odds: Floats) -> Rows:
    """The first row of each group of a class, judged from neighboring rows alone."""
    return np.append(0, np.flatnonzero(log_odds > limit) + 1)


def _cut(log_odds: Floats, lengths: _Lengths) -> Rows:
    """The first row of each group of a class in the most probable segmentation.

    By dynamic programming over the rows. The score of a segmentation sums the log-odds of its cuts,
    which imply a geometric prior on group length, and for each group the logarithm of the ratio of
    the known prior to the geometric one.
    """
    geometric = np.log(1 / lengths.mean) + (lengths.common - 1) * np.log1p(-1 / lengths.mean)
    bonus, penalty = np.log(lengths.share) - geometric, np.log(1 - lengths.share)
    count = len(log_odds) + 1
    at_start = np.append(0.0, log_odds)
    score = np.zeros(count + 1)  # of the best segmentation of the first rows
    begin = np.zeros(count + 1, dtype=np.intp)  # first row of its last group
    best, best_begin = -np.inf, 0
    for end in range(1, count + 1):
        if score[end - 1] + at_start[end - 1] > best:
            best, best_begin = score[end - 1] + at_start[end - 1], end - 1
        score[end], begin[end] = best + penalty, best_begin
        first = end - lengths.common
        if first >= 0 and score[first] + at_start[first] + bonus > score[end]:
            score[end], begin[end] = score[first] + at_start[first] + bonus, first
    starts = [int(begin[count])]
    while starts[-1] > 0:
        starts.append(int(begin[starts[-1]]))
    return np.array(starts[::-1], dtype=np.intp)
