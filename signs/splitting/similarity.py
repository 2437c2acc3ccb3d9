"""How alike two images look, and which are so alike that they must show the same physical sign."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from signs.errors import SignsError
from signs.records.packed import Packed

Vectors = npt.NDArray[np.float32]
Pairs = npt.NDArray[np.intp]

THUMBNAIL = 24  # pixels; small enough to forgive a shift of one, large enough to see a background
NEAR_DUPLICATE = 0.99  # likeness; different groups of GTSRB reach 0.988
ALIKE = 0.95
MAX_ALIKE = 0.1  # share of images with a twin in another part
MAX_LIKE_TEST = 0.01  # share of training images in groups that look like test images
ROWS_AT_ONCE = 2048


def as_vectors(images: npt.NDArray[np.uint8]) -> Vectors:
    """Thumbnails as vectors whose inner product is their likeness.

    Args:
        images: uint8[N, S, S, 3].

    Returns:
        float32[N, 1728] of mean 0 and length 1, so that an inner product is Pearson's correlation
        over pixels and channels, which ignores exposure and contrast; an image of one flat color
        is all zeros and like no other.
    """
    size = (THUMBNAIL, THUMBNAIL)
    small = [Image.fromarray(image).resize(size, Image.Resampling.BOX) for image in images]
    vectors = np.array([np.asarray(s).ravel() for s in small], np.float32).reshape(len(images), -1)
    vectors -= vectors.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-6)


def near_duplicates(one: Packed, other: Packed) -> Pairs:
    """Pairs of images of one class whose likeness is at least 0.99.

    Returns:
        int[P, 2], a row of `one` and a row of `other` each; where both are the same object, each
        pair once and no image with itself.
    """
    found = [np.empty((0, 2), np.intp)]
    for label in np.intersect1d(one.labels, other.labels):
        rows, others = (np.flatnonzero(p.labels == label) for p in (one, other))
        right = as_vectors(other.images[others])
        left = right if one is other else as_vectors(one.images[rows])
        for start in range(0, len(rows), ROWS_AT_ONCE):
            i, j = np.nonzero(left[start : start + ROWS_AT_ONCE] @ right.T >= NEAR_DUPLICATE)
            pairs = np.column_stack([rows[start + i], others[j]])
            found.append(pairs[pairs[:, 0] < pairs[:, 1]] if one is other else pairs)
    return np.concatenate(found)


def join_groups(groups: npt.NDArray[np.str_], pairs: Pairs) -> npt.NDArray[np.str_]:
    """Give groups that hold a pair of near-duplicates one name: that of the first in the alphabet.

    Args:
        groups: str[N].
        pairs: int[P, 2], row numbers.

    Returns:
        str[N].
    """
    names, numbers = np.unique(groups, return_inverse=True)
    links = coo_array((np.ones(len(pairs)), numbers[pairs.T]), shape=(len(names), len(names)))
    _, groups = connected_components(links, directed=False)
    _, first = np.unique(groups, return_index=True)
    return names[first][groups][numbers]


def drop_groups_like(photos: Packed, test: Packed) -> Packed:
    """Leave out each group that holds a near-duplicate of an image in `test`.

    Raises:
        SignsError: that is more than 1 % of the images, so that the two are no independent sets.
    """
    alike = np.unique(photos.groups[near_duplicates(photos, test)[:, 0]])
    kept = np.flatnonzero(~np.isin(photos.groups, alike))
    dropped = len(photos) - len(kept)
    if dropped > MAX_LIKE_TEST * len(photos):
        raise SignsError(
            f"{dropped} of {len(photos)} training images ({photos.source}) show a sign that the "
            f"test images ({test.source}) show too: test on other photos"
        )
    return photos.take(kept)


def check_unlike(parts: dict[str, Packed]) -> None:
    """Make sure that parts cut from the same photos look like different signs.

    Independent of groups and of `near_duplicates`, which sees only the closest pairs: the share of
    a part's images whose most alike image in another part, of the same class, reaches 0.95. In
    GTSRB that is 3 % after a cut by group, and 35 % after a cut by image.

    Raises:
        SignsError: it is more than 10 %.
    """
    for (name, part), (other_name, other) in combinations(parts.items(), 2):
        share = float((_best_likeness(other, part) >= ALIKE).mean())
        if share > MAX_ALIKE:
            raise SignsError(
                f"{share:.0%} of the {other_name} images have a twin among the {name} images: the "
                f"groups of {part.source} are wrong; are its rows in their original order?"
            )


def check_no_near_duplicates(parts: dict[str, Packed]) -> None:
    """Make sure that no image has a near-duplicate of its class in another part.

    Whatever the groups say, so that it holds for finished parts, wherever they come from.

    Raises:
        SignsError: some do; the line says how many, in which parts, and names a pair of groups.
    """
    for (name, part), (other_name, other) in combinations(parts.items(), 2):
        pairs = near_duplicates(part, other)
        if len(pairs):
            i, j = pairs[0]
            raise SignsError(
                f"{len(pairs)} pairs of near-duplicates lie in both {name} and {other_name}, the "
                f"first in groups {part.groups[i]} and {other.groups[j]}: the groups of "
                f"{part.source} are wrong"
            )


def _best_likeness(one: Packed, other: Packed) -> Vectors:
    """Of each image of `one` to its most alike image of its class in `other`: float32[N]."""
    best = np.full(len(one), -1, np.float32)
    for label in np.intersect1d(one.labels, other.labels):
        rows, others = (np.flatnonzero(p.labels == label) for p in (one, other))
        right = as_vectors(other.images[others])
        best[rows] = (as_vectors(one.images[rows]) @ right.T).max(axis=1)
    return best
