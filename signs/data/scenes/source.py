"""What the readers of scenes share."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from signs.data.folders.tree import Tree
from signs.data.source import SourceOf
from signs.errors import encodable
from signs.pictures.decoding import upright_size
from signs.pictures.formats import ImageError
from signs.records.scene import Scene

SceneParts = dict[str, Callable[[], Iterator[Scene]]]
SceneSource = SourceOf[Scene]


def make_scene(
    tree: Tree, file: str, boxes: Sequence[Sequence[float]], labels: Sequence[int]
) -> Scene:
    """Read an image, and keep the boxes that can be true.

    Boxes are cut off at the edges of the picture. One that is not finite, has no area, lies
    outside, or comes twice with one label is dropped, and named.

    Args:
        tree: where the image lies.
        file: the image.
        boxes: left, top, right, bottom of each sign in pixels, right and bottom exclusive.
        labels: of each, as `Scene` has them.

    A picture that cannot be decoded keeps the boxes that are finite and not empty.

    Raises:
        SignsError: the file cannot be opened.
    """
    data = tree.read(file)
    width, height = size_of(data)
    kept: dict[tuple[float, ...], None] = {}
    dropped = []
    for box, label in zip(boxes, labels, strict=True):
        reason, cut = _cut(box, width, height)
        if not reason and (*cut, label) in kept:
            reason = "twice"
        if reason:
            shown = ", ".join(f"{side:g}" for side in box)
            dropped.append(f"{encodable(file)}: the box ({shown}) is {reason}")
        else:
            kept[(*cut, label)] = None
    rows = list(kept)
    return Scene(
        data,
        encodable(file),
        np.array([row[:4] for row in rows], np.float32).reshape(-1, 4),
        np.array([row[4] for row in rows], np.int64),
        dropped=tuple(dropped),
    )


def size_of(data: bytes) -> tuple[float, float]:
    """Width and height in pixels of an encoded image after it was turned upright.

    Infinite where it cannot be decoded: whoever decodes it says so.
    """
    try:
        return upright_size(data)
    except ImageError:
        return np.inf, np.inf


def _cut(
    box: Sequence[float], width: float, height: float
) -> tuple[str, tuple[float, float, float, float]]:
    """Why a box cannot be true ("" where it can), and what of it lies inside the picture."""
    left, top, right, bottom = (float(side) for side in box)
    if not np.isfinite([left, top, right, bottom]).all():
        return "not finite", (0, 0, 0, 0)
    if right <= left or bottom <= top:
        return "empty or inverted", (0, 0, 0, 0)
    inside = (max(0, left), max(0, top), min(width, right), min(height, bottom))
    if inside[2] <= inside[0] or inside[3] <= inside[1]:
        return f"outside of the {width} x {height} pixels", (0, 0, 0, 0)
    return "", inside
