"""Keep near-duplicates out of different parts, whatever their labels."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from signs.errors import SignsError
from signs.records.packed import Packed
from signs.splitting.similarity import Pairs, Vectors, as_vectors, best_likeness, near_duplicates

Groups = npt.NDArray[np.str_]
Rows = npt.NDArray[np.intp]

ALIKE = 0.95  # minimum likeness of a twin, usually the next frame of a sign
MAX_ALIKE = 0.1  # share of images with a twin in another part
MAX_LIKE_TEST = 0.01  # share of training images in groups that look like test images
MAX_CONTRADICTORY = 0.01  # share of images with a near-duplicate of another class
SHOWN = 5  # contradictory pairs kept for messages


@dataclass(frozen=True)
class Contradictions:
    """Near-duplicates with different labels: at least one label of each pair must be wrong.

    Attributes:
        images: how many images have a near-duplicate with another label.
        pairs: int[P, 2], row numbers of the first few pairs.
    """

    images: int
    pairs: Pairs


@dataclass(frozen=True)
class LeakFindings:
    """The result of a search for near-duplicates.

    Attributes:
        links: int[L, 2], pairs of groups of photos that share near-duplicates, as positions in
            alphabetical order.
        like_test: int[M], rows of photos that are near-duplicates of a test image.
        contradictions: near-duplicates with different labels, test images included.
    """

    links: Pairs
    like_test: Rows
    contradictions: Contradictions


def search(
    photos: Packed, vectors: Vectors, test: Packed | None = None, of_test: Vectors | None = None
) -> LeakFindings:
    """Find near-duplicates among photos, and between photos and test images, across classes.

    Args:
        vectors, of_test: `as_vectors` of the photos and of the test images.

    Raises:
        SignsError: more than 1 % of the images contradict each other.
    """
    labels = photos.labels
    if test is not None and of_test is not None:
        vectors = np.concatenate([vectors, of_test])
        labels = np.concatenate([labels, test.labels])
    _, numbers = np.unique(photos.groups, return_inverse=True)
    links, named = [np.empty((0, 2), np.intp)], [np.empty((0, 2), np.intp)]
    like_test, contradictory = np.zeros(len(photos), bool), np.zeros(len(labels), bool)
    for pairs in near_duplicates(vectors):
        of_photos = pairs[:, 1] < len(photos)
        between = np.sort(numbers[pairs[of_photos]], axis=1)
        links.append(np.unique(between[between[:, 0] < between[:, 1]], axis=0))
        across = pairs[~of_photos, 0]
        like_test[across[across < len(photos)]] = True
        unlike = pairs[labels[pairs[:, 0]] != labels[pairs[:, 1]]]
        contradictory[unlike] = True
        named.append(unlike[:SHOWN])
    contradictions = Contradictions(int(contradictory.sum()), np.concatenate(named)[:SHOWN])
    if contradictions.images > MAX_CONTRADICTORY * len(labels):
        raise SignsError(
            f"{photos.source}: {contradictions.images} of {len(labels)} images look the same as an "
            "image with another label; correct the labels"
        )
    links_once = np.unique(np.concatenate(links), axis=0)
    return LeakFindings(links_once, np.flatnonzero(like_test), contradictions)


def join_groups(groups: Groups, links: Pairs) -> Groups:
    """Give linked groups one name: the first in alphabetical order.

    Args:
        groups: str[N].
        links: int[L, 2], positions of groups in alphabetical order.

    Returns:
        str[N].
    """
    names, numbers = np.unique(groups, return_inverse=True)
    matrix = coo_array((np.ones(len(links)), links.T), shape=(len(names), len(names)))
    _, components = connected_components(matrix, directed=False)
    _, first = np.unique(components, return_index=True)
    return names[first][components][numbers]


def drop_groups(photos: Packed, groups: Groups, test: Packed) -> Rows:
    """Rows of `photos` outside the groups that look like `test`.

    Raises:
        SignsError: more than 1 % of the images are left out: the two are not independent.
    """
    kept = np.flatnonzero(~np.isin(photos.groups, groups))
    dropped = len(photos) - len(kept)
    if dropped > MAX_LIKE_TEST * len(photos):
        raise SignsError(
            f"{dropped} of {len(photos)} training images ({photos.source}) show a sign that the "
            f"test images ({test.source}) show too: test on other photos"
        )
    return kept


def check_unlike(parts: Mapping[str, Packed], vectors: Mapping[str, Vectors]) -> None:
    """Make sure that parts look like different physical signs.

    Independent of groups and of `near_duplicates`, which finds only the closest pairs. The measure
    is the share of a part's images whose likeness to one of the same class in another part reaches
    0.95. In GTSRB the share is 3 % after a cut by group, and 35 % after a cut by image.

    Args:
        vectors: of the images of each part.

    Raises:
        SignsError: the share is more than 10 %.
    """
    for (name, part), (other_name, other) in combinations(parts.items(), 2):
        best = np.full(len(other), -1, np.float32)
        for label in np.intersect1d(part.labels, other.labels):
            rows = np.flatnonzero(other.labels == label)
            best[rows] = best_likeness(
                vectors[other_name][rows], vectors[name][part.labels == label]
            )
        share = float((best >= ALIKE).mean())
        if share > MAX_ALIKE:
            remedy = (
                f"the groups of {part.source} are wrong; are its rows in their original order?"
                if part.source == other.source
                else f"{part.source} and {other.source} show the same physical signs"
            )
            raise SignsError(
                f"{share:.0%} of the {other_name} images have a twin among the {name} images: "
                f"{remedy}"
            )


def separate(parts: Mapping[str, Packed], expendable: Collection[str] = ()) -> dict[str, Packed]:
    """Make sure that no image has a near-duplicate of any class in another part.

    The check ignores groups, so it holds for finished parts from any source.

    Args:
        parts: by name, in order of importance.
        expendable: parts that leave out their images with a near-duplicate in an earlier part.

    Returns:
        The parts; expendable ones may have fewer images.

    Raises:
        SignsError: two other parts share near-duplicates; the message counts them and names a
            pair of groups.
    """
    names = list(parts)
    vectors = np.concatenate([as_vectors(part.images) for part in parts.values()])
    sizes = np.array([len(part) for part in parts.values()])
    part_of = np.repeat(np.arange(len(names)), sizes)
    may_go = np.isin(names, list(expendable))
    left_out = np.zeros(len(vectors), bool)
    count, first = 0, None
    for pairs in near_duplicates(vectors):
        between = pairs[part_of[pairs[:, 0]] != part_of[pairs[:, 1]]]
        goes = may_go[part_of[between[:, 1]]]
        left_out[between[goes, 1]] = True
        leaks = between[~goes]
        count += len(leaks)
        first = leaks[0] if first is None and len(leaks) else first
    starts = np.cumsum(sizes) - sizes
    if first is not None:
        (one, row), (other, place) = ((part_of[i], i - starts[part_of[i]]) for i in first)
        source = parts[names[one]].source
        raise SignsError(
            f"{count} pairs of near-duplicates lie in two parts, the first in {names[one]} (group "
            f"{parts[names[one]].groups[row]}) and {names[other]} (group "
            f"{parts[names[other]].groups[place]}): the groups of {source} are wrong"
        )
    kept = np.split(~left_out, starts[1:])
    return {
        name: part if rows.all() else part.take(np.flatnonzero(rows))
        for (name, part), rows in zip(parts.items(), kept, strict=True)
    }
