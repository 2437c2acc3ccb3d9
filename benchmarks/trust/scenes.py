"""Crops of the road scenes of GTSDB: of what lies away from its signs, and of the signs."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.errors import SignsError

PER_SCENE = 5
SIDES = (16, 128)  # pixels, as those of the annotated signs
CLEAR = 8  # pixels between a background patch and any sign
BORDERS = {"tight": 0.0, "plain": 0.125, "loose": 0.5}  # of the sign's side, on each side

Box = tuple[int, int, int, int]
Picture = npt.NDArray[np.uint8]


def read_boxes(folder: Path) -> dict[str, list[tuple[Box, int]]]:
    """Left, top, right, bottom in pixels and class id of each sign, by scene.

    Raises:
        SignsError: the folder has no `gt.txt`.
    """
    path = folder / "gt.txt"
    if not path.is_file():
        raise SignsError(f"{path} not found: name the folder of GTSDB's scenes")
    boxes: dict[str, list[tuple[Box, int]]] = {}
    for line in path.read_text(encoding="utf-8").split():
        name, *numbers = line.split(";")
        left, top, right, bottom, label = map(int, numbers)
        boxes.setdefault(Path(name).stem, []).append(((left, top, right, bottom), label))
    return boxes


def scenes(folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """Each scene's name and RGB picture."""
    for path in sorted((folder / "images").iterdir()):
        with Image.open(path) as image:
            yield path.stem, image.convert("RGB")


def background_patches(folder: Path) -> list[Picture]:
    """Squares of any place away from all signs, `PER_SCENE` of each scene; always the same."""
    boxes, patches = read_boxes(folder), []
    for number, (name, scene) in enumerate(scenes(folder)):
        rng, found = np.random.default_rng([0, number]), 0
        while found < PER_SCENE:
            side = int(np.exp(rng.uniform(*np.log(SIDES))))
            left = int(rng.integers(scene.width - side))
            top = int(rng.integers(scene.height - side))
            if all(_apart((left, top, side), box) for box, _ in boxes.get(name, [])):
                patches.append(np.asarray(scene.crop((left, top, left + side, top + side))))
                found += 1
    return patches


def sign_crops(folder: Path, border: float) -> tuple[list[Picture], npt.NDArray[np.int64]]:
    """The signs with their true surroundings, and their classes.

    Args:
        border: of the sign's side, on each side of its box; at the scene's edge there is less.
    """
    boxes, crops, labels = read_boxes(folder), [], []
    for name, scene in scenes(folder):
        for (left, top, right, bottom), label in boxes.get(name, []):
            margin = border * max(right - left, bottom - top)
            corners = (
                max(0, round(left - margin)), max(0, round(top - margin)),
                min(scene.width, round(right + margin)), min(scene.height, round(bottom + margin)),
            )  # fmt: skip
            crops.append(np.asarray(scene.crop(corners)))
            labels.append(label)
    return crops, np.array(labels)


def _apart(square: tuple[int, int, int], box: Box) -> bool:
    left, top, side = square
    return (
        left + side + CLEAR < box[0]
        or left > box[2] + CLEAR
        or top + side + CLEAR < box[1]
        or top > box[3] + CLEAR
    )
