"""Likeness of images, and near-duplicates, which must show the same physical sign."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

Vectors = npt.NDArray[np.float32]
Pairs = npt.NDArray[np.intp]

THUMBNAIL = 24  # pixels; small enough to tolerate a shift of one, large enough to show background
NEAR_DUPLICATE = 0.99  # likeness; different groups of GTSRB reach 0.988, whatever their classes
BLOCK = 4  # side of the blocks that the coarse search averages, in thumbnail pixels
SLACK = 1e-4  # rounding tolerance, on a squared distance of 0.02
TILE = 2048  # rows compared at once: 16 MB of likenesses


def as_vectors(images: npt.NDArray[np.uint8]) -> Vectors:
    """Thumbnails as vectors whose inner product is their likeness.

    Args:
        images: uint8[N, S, S, 3].

    Returns:
        float32[N, 1728] of mean 0 and length 1, so that an inner product is Pearson's correlation
        over pixels and channels, which ignores exposure and contrast; an image of one flat color
        is all zeros and resembles no other.
    """
    vectors = np.empty((len(images), THUMBNAIL * THUMBNAIL * 3), np.float32)
    for row, image in enumerate(images):
        small = Image.fromarray(image).resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
        vectors[row] = np.asarray(small).ravel()
    vectors -= vectors.mean(axis=1, keepdims=True)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return vectors


def near_duplicates(vectors: Vectors) -> Iterator[Pairs]:
    """Pairs of images whose likeness is at least 0.99.

    The search is exact, and cheap because it looks at coarse versions first: a projection never
    increases the distance of two vectors, which for near-duplicates is at most sqrt(2 - 2 * 0.99).

    Args:
        vectors: from `as_vectors`.

    Yields:
        int[P, 2], two row numbers each, the smaller first. Each pair comes once, at most `TILE`
        squared at a time, so memory stays bounded for a million copies of one image.
    """
    left, right = _coarse(vectors)
    for top in range(0, len(vectors), TILE):
        for start in range(top, len(vectors), TILE):
            close = left[top : top + TILE] @ right[start : start + TILE].T
            i, j = np.nonzero(close >= 2 * NEAR_DUPLICATE - 2 - SLACK)
            i, j = i + top, j + start
            i, j = i[i < j], j[i < j]
            rows, row = np.unique(i, return_inverse=True)
            others, other = np.unique(j, return_inverse=True)
            likeness = (vectors[rows] @ vectors[others].T)[row, other]
            found = likeness >= NEAR_DUPLICATE
            if found.any():
                yield np.column_stack([i[found], j[found]])


def best_likeness(one: Vectors, other: Vectors) -> Vectors:
    """Likeness of each row of `one` to the most similar row of `other`: float32[N]."""
    return np.concatenate(
        [
            np.max(
                [
                    (one[top : top + TILE] @ other[start : start + TILE].T).max(axis=1)
                    for start in range(0, len(other), TILE)
                ],
                axis=0,
            )
            for top in range(0, len(one), TILE)
        ]
    )


def most_alike(vectors: Vectors) -> npt.NDArray[np.intp]:
    """The most similar other row of each row: int[N]; N is at least 2."""
    best = np.empty(len(vectors), np.intp)
    for top in range(0, len(vectors), TILE):
        high = np.full(len(vectors[top : top + TILE]), -np.inf, np.float32)
        for start in range(0, len(vectors), TILE):
            likeness = vectors[top : top + TILE] @ vectors[start : start + TILE].T
            if top == start:
                np.fill_diagonal(likeness, -np.inf)
            place = likeness.argmax(axis=1)
            value = likeness[np.arange(len(likeness)), place]
            higher = value > high
            best[top : top + TILE][higher] = start + place[higher]
            high[higher] = value[higher]
    return best


def _coarse(vectors: Vectors) -> tuple[Vectors, Vectors]:
    """Factors of the negated squared distances between coarse versions of the vectors.

    Returns:
        float32[N, 110] each; row i of the first times row j of the second is minus the squared
        distance between the projections of i and j onto block means. Flat images, which resemble no
        other, are placed far from all.
    """
    cells = THUMBNAIL // BLOCK
    blocks = vectors.reshape(-1, cells, BLOCK, cells, BLOCK, 3).sum(axis=(2, 4))
    blocks = blocks.reshape(len(vectors), cells * cells * 3) / BLOCK
    squares = (blocks**2).sum(axis=1, keepdims=True)
    squares[~vectors.any(axis=1)] = 9
    ones = np.ones_like(squares)
    return np.hstack([2 * blocks, -squares, -ones]), np.hstack([blocks, ones, squares])
