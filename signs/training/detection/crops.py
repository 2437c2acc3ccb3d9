"""Training crops of scenes: which part, at which scale, and the boxes in it."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from signs.catalog.detection_categories import categories_of
from signs.pictures.decoding import decode
from signs.records.packed_scenes import PackedScenes
from signs.records.scene import IGNORED, Boxes, Labels
from signs.training.detection.copying import SignCopies, chances
from signs.training.detection.light import relit

SIGN_SHARE = 0.7  # of the crops are placed around a sign,
HARD_SHARE = 0.2  # around what looks like a sign, once that is known, the others anywhere
SCALES = (0.45, 1.8)  # of a crop, as a factor on the scene's pixels
SIDES = (9.0, 180.0)  # pixels of a sign in a crop that is placed around it
STRETCH = 0.08  # standard deviation of the logarithm of width over height
VISIBLE = 0.6  # share of a box that lies in the crop, below which it is ignored
SMALLEST = 8.0  # pixels: smaller signs are ignored
CACHE = 3_000_000_000  # bytes of decoded scenes that are kept
GRAY = (114, 114, 114)  # beyond the edges of a scene

Rng = np.random.Generator
Image = npt.NDArray[np.uint8]
Box = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TrainingCrop:
    """A part of a scene.

    Attributes:
        image: uint8[S, S, 3].
        boxes: float32[M, 4] in its pixels.
        categories: int64[M], places in `CATEGORIES`, or `IGNORED`.
    """

    image: Image
    boxes: Boxes
    categories: Labels


class SceneCrops:
    """Draws crops from scenes.

    Args:
        scenes: to train on.
        size: side of a crop in pixels.
        strength: of the augmentation of light and camera, 0 (off) to 1.
        copied: number of signs of other scenes copied into a crop, on average.
    """

    def __init__(
        self, scenes: PackedScenes, size: int, strength: float = 1.0, copied: float = 0.0
    ) -> None:
        self._scenes = scenes.scenes
        self._size, self._strength, self._copied = size, strength, copied
        of = np.array([*categories_of(scenes.label_space), IGNORED])  # the last place is also -1
        self._categories = [of[scene.labels] for scene in self._scenes]
        self._signs = [
            (number, row)
            for number, categories in enumerate(self._categories)
            for row in np.flatnonzero(categories != IGNORED).tolist()
        ]
        found = np.array([self._categories[number][row] for number, row in self._signs], np.int64)
        self._chances = chances(found)
        self._copies = SignCopies(scenes, self.image, strength)
        self.look_at({}, {})
        self._decoded: OrderedDict[int, Image] = OrderedDict()
        self._held = 0
        self._lock = Lock()  # of the decoded scenes: crops are drawn in several threads

    def __len__(self) -> int:
        """The number of scenes."""
        return len(self._scenes)

    def look_at(self, hard: Mapping[int, Boxes], ignored: Mapping[int, Boxes]) -> None:
        """Draw more crops where it is hard, and do not train on other regions.

        Args:
            hard: by place of the scene, boxes of background that looks like a sign.
            ignored: likewise, regions that seem to show signs without a label.
        """
        self._hard = [(number, box) for number, boxes in hard.items() for box in boxes]
        nothing = np.empty((0, 4), np.float32)
        self._ignored = [ignored.get(number, nothing) for number in range(len(self))]

    def scene(self, number: int) -> tuple[Image, Boxes]:
        """A decoded scene, and all its boxes."""
        return self.image(number), self._scenes[number].boxes

    def draw(self, rng: Rng) -> TrainingCrop:
        """One crop at random."""
        number, box = self._aim(rng)
        low, high = SCALES
        if box is not None:
            side = float(max(box[2] - box[0], box[3] - box[1]))
            low, high = np.clip(SCALES, SIDES[0] / side, SIDES[1] / side)
        image = self.image(number)
        scale = np.exp(rng.uniform(np.log(low), np.log(high)))
        stretch = np.exp(rng.normal(0, STRETCH) / 2)
        scales = np.array([scale * stretch, scale / stretch])
        extent = self._size / scales  # of the part, in pixels of the scene
        limits = np.array(image.shape[1::-1]) - extent
        if box is not None:
            center = (box[:2] + box[2:]) / 2
            corner = center - extent * rng.uniform(0.1, 0.9, 2)
        else:
            corner = limits * rng.random(2)
        corner = np.clip(corner, np.minimum(limits, 0), np.maximum(limits, 0))
        part = _cut(image, corner, scales, self._size, rng)
        boxes, categories = self._boxes(number, corner, scales)
        boxes, categories = self._copies.paste(part, boxes, categories, self._copied, rng)
        if rng.random() < 0.5:
            part = cv2.flip(part, 1)
            boxes = boxes[:, [2, 1, 0, 3]] * [-1, 1, -1, 1] + [self._size, 0, self._size, 0]
        lit = relit(part, rng, self._strength).astype(np.uint8, copy=False)
        return TrainingCrop(lit, boxes.astype(np.float32), categories)

    def _aim(self, rng: Rng) -> tuple[int, Box | None]:
        """A scene, and which box a crop is placed around, or None for anywhere."""
        kind = rng.random()
        if kind < SIGN_SHARE and self._signs:
            number, row = self._signs[int(rng.choice(len(self._signs), p=self._chances))]
            return number, self._scenes[number].boxes[row]
        if kind > 1 - HARD_SHARE and self._hard:
            return self._hard[int(rng.integers(len(self._hard)))]
        return int(rng.integers(len(self._scenes))), None

    def _boxes(
        self, number: int, corner: npt.NDArray[np.float64], scales: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.float64], Labels]:
        """The boxes of a part that begins at a corner, and their categories."""
        regions = self._ignored[number]
        boxes = np.concatenate([self._scenes[number].boxes, regions]).astype(np.float64)
        categories = np.concatenate([self._categories[number], np.full(len(regions), IGNORED)])
        boxes = (boxes - np.tile(corner, 2)) * np.tile(scales, 2)
        inside = boxes.clip(0, self._size)
        share = _area(inside) / np.maximum(_area(boxes), 1e-9)
        sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0)
        categories = np.where((share < VISIBLE) | (sides < SMALLEST), IGNORED, categories)
        seen = share > 0
        return inside[seen], categories[seen].astype(np.int64)

    def image(self, number: int) -> Image:
        """The picture of a scene: uint8[H, W, 3], not to be changed."""
        with self._lock:
            if number in self._decoded:
                self._decoded.move_to_end(number)
                return self._decoded[number]
        image = np.array(decode(self._scenes[number].data))
        with self._lock:
            if number not in self._decoded:
                self._decoded[number] = image
                self._held += image.nbytes
            while self._held > CACHE and len(self._decoded) > 1:
                self._held -= self._decoded.popitem(last=False)[1].nbytes
        return image


def _area(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    sides = boxes[:, 2:] - boxes[:, :2]
    return sides[:, 0] * sides[:, 1]


def _cut(
    image: MatLike,
    corner: npt.NDArray[np.float64],
    scales: npt.NDArray[np.float64],
    size: int,
    rng: Rng,
) -> MatLike:
    """A square of a size from the part of an image that begins at a corner."""
    if scales.min() < 1 and rng.random() < 0.7:  # averaged as good cameras and editors do
        first = np.floor(corner).astype(int).clip(0)
        last = np.ceil(corner + size / scales).astype(int)
        part = image[first[1] : last[1], first[0] : last[0]]
        sides = np.maximum(1, np.round(part.shape[1::-1] * scales).astype(int))
        image = cv2.resize(part, sides.tolist(), interpolation=cv2.INTER_AREA).astype(
            np.uint8, copy=False
        )
        corner = (corner - first) * scales
        scales = np.ones(2)
    method = cv2.INTER_CUBIC if rng.random() < 0.3 else cv2.INTER_LINEAR
    # Pixel centers lie at halves: x' = (x + 1/2 - corner) * scale - 1/2.
    shift = (0.5 - corner) * scales - 0.5
    matrix = np.array([[scales[0], 0, shift[0]], [0, scales[1], shift[1]]])
    return cv2.warpAffine(image, matrix, (size, size), flags=method, borderValue=GRAY)
