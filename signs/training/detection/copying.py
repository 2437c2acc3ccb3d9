"""Signs of other scenes, copied into a crop.

Each sign then stands before many backgrounds, and rare signs are seen often (Ghiasi et al., "Simple
copy-paste is a strong data augmentation method for instance segmentation", CVPR 2021). A sign is
cut out along the outline of its plate.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from signs.catalog.detection_categories import categories_of
from signs.records.packed_scenes import PackedScenes
from signs.records.scene import Labels
from signs.training.detection.light import toned

SMALLEST = 18.0  # pixels of a sign that is copied; a smaller one has too little to show
SIDES = (10.0, 120.0)  # pixels of a copy
SCALES = (0.4, 1.5)  # of a copy, as a factor on the pixels of its scene
STRETCH = 0.08  # standard deviation of the logarithm of width over height
TONED = 0.7  # share of the copies whose light changes
MARGIN = 1.0  # pixels that labels reach beyond the plate, on each side
TRIES = 6  # places tried, until a copy hides no other box
FINER = 4  # an outline is exact to this part of a pixel

Rng = np.random.Generator
Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Shares = npt.NDArray[np.float32]

_TURN = np.linspace(0, 2 * np.pi, 32, endpoint=False)
OUTLINES = {  # in a box from 0 to 1; any other plate fills its box
    "circle": np.stack([np.cos(_TURN), np.sin(_TURN)], axis=1) / 2 + 0.5,
    "triangle": np.array([(0.5, 0), (1, 1), (0, 1)]),
    "inverted triangle": np.array([(0, 0), (1, 0), (0.5, 1)]),
    "diamond": np.array([(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)]),
    "octagon": np.array(
        [(0.29, 0), (0.71, 0), (1, 0.29), (1, 0.71), (0.71, 1), (0.29, 1), (0, 0.71), (0, 0.29)]
    ),
}
RECTANGLE = np.array([(0.0, 0), (1, 0), (1, 1), (0, 1)])


class SignCopies:
    """The signs that can be copied.

    Args:
        scenes: whose signs are copied.
        image_of: uint8[H, W, 3], the picture of a scene.
        strength: of the changes of light, 0 (off) to 1.
    """

    def __init__(
        self, scenes: PackedScenes, image_of: Callable[[int], Image], strength: float
    ) -> None:
        space = scenes.label_space
        self._image_of, self._strength = image_of, strength
        self._signs = [
            (number, box.astype(np.float64), label)
            for number, scene in enumerate(scenes.scenes)
            for box, label in zip(scene.boxes, scene.labels.tolist(), strict=True)
            if 0 <= label < len(space.names) and (box[2:] - box[:2]).max() >= SMALLEST
        ]
        labels = np.array([label for _, _, label in self._signs], np.int64)
        self._category_of = np.array(categories_of(space))
        self._chances = chances(labels, self._category_of[labels])
        self._shapes = space.shapes

    def paste(
        self, crop: MatLike, boxes: Floats, categories: Labels, mean: float, rng: Rng
    ) -> tuple[Floats, Labels]:
        """Copy signs into a crop, which changes, where no box is.

        Args:
            crop: uint8[S, S, 3].
            boxes: float64[M, 4], of its signs and of regions to ignore.
            categories: int64[M].
            mean: number of signs copied.

        Returns:
            The boxes and the categories with those of the copies.
        """
        for _ in range(int(rng.poisson(mean)) if self._signs else 0):
            number, box, label = self._signs[int(rng.choice(len(self._signs), p=self._chances))]
            image, box = self._cut_out(number, box, len(crop), rng)
            place = _free_place(image, boxes, len(crop), rng)
            if place is None:
                continue
            _blend(image, _mask(self._shapes[label], box, image), crop, place)
            boxes = np.concatenate([boxes, box[None] + np.tile(place, 2)])
            categories = np.append(categories, self._category_of[label])
        return boxes, categories

    def _cut_out(self, number: int, box: Floats, size: int, rng: Rng) -> tuple[Image, Floats]:
        """A sign at another scale and in another light, and its box therein."""
        first, last = np.floor(box[:2]).astype(int).clip(0), np.ceil(box[2:]).astype(int)
        part = self._image_of(number)[first[1] : last[1], first[0] : last[0]]
        side = float((box[2:] - box[:2]).max())
        low, high = np.clip(SCALES, SIDES[0] / side, min(SIDES[1], size / 2) / side)
        scale = np.exp(rng.uniform(np.log(low), np.log(high)))
        stretch = np.exp(rng.normal(0, STRETCH) / 2)
        before = np.array(part.shape[1::-1])
        after = np.maximum(2, np.round(before * [scale * stretch, scale / stretch])).astype(int)
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        image = cv2.resize(part, after.tolist(), interpolation=method)
        if rng.random() < TONED * self._strength:
            image = toned(image, rng)
        moved = (box - np.tile(first, 2)) * np.tile(after / before, 2)
        return image.astype(np.uint8, copy=False), moved


def chances(*kinds: Labels) -> Floats:
    """How often each of N signs is taken, so that rare kinds are seen more often: float64[N].

    Args:
        kinds: int64[N], each a way to divide the signs into kinds; a sign's chance falls with the
            square root of the number of its kind.
    """
    weights = np.ones(len(kinds[0]))
    for kind in kinds:
        weights /= np.sqrt(np.bincount(kind)[kind])
    return weights / max(weights.sum(), 1e-9)


def _free_place(image: Image, boxes: Floats, size: int, rng: Rng) -> Floats | None:
    """Where in a crop of a size an image hides no box: its left and top, if there is room."""
    extent = np.array(image.shape[1::-1])
    if extent.max() >= size:
        return None
    for _ in range(TRIES):
        place = rng.integers(0, size - extent)
        overlap = np.minimum(boxes[:, 2:], place + extent) - np.maximum(boxes[:, :2], place)
        if not (overlap > 0).all(axis=1).any():
            return place.astype(np.float64)
    return None


def _mask(shape: str, box: Floats, image: Image) -> Shares:
    """How much of each pixel a plate covers: float32[H, W, 1], 0 to 1."""
    first = box[:2] + MARGIN
    extent = np.maximum(box[2:] - MARGIN - first, 1)
    points = (first + OUTLINES.get(shape, RECTANGLE) * extent) * FINER
    height, width = image.shape[:2]
    mask = np.zeros((height * FINER, width * FINER), np.uint8)
    cv2.fillPoly(mask, [np.round(points - 0.5).astype(np.int32)], [255])
    covered = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
    return (covered[..., None] / np.float32(255)).astype(np.float32, copy=False)


def _blend(image: Image, mask: Shares, crop: MatLike, place: Floats) -> None:
    """Put the part of an image that a mask shows into a crop."""
    left, top = place.astype(int).tolist()
    under = crop[top : top + image.shape[0], left : left + image.shape[1]]
    under[:] = (under * (1 - mask) + image * mask + 0.5).astype(np.uint8)
