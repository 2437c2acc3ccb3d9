"""Small scenes: gray noise with red squares for signs."""

from io import BytesIO

import numpy as np
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.records.packed_scenes import PackedScenes
from signs.records.scene import Scene

STOP = 14


def make_scene(number: int, boxes: list[tuple[int, int, int, int]], side: int = 128) -> Scene:
    """A scene, losslessly encoded, with a red square in each box."""
    image = np.random.default_rng(number).integers(60, 140, (side, side, 3), dtype=np.uint8)
    for left, top, right, bottom in boxes:
        image[top:bottom, left:right] = (220, 20, 20)
    stream = BytesIO()
    Image.fromarray(image).save(stream, "PNG")
    labels = np.full(len(boxes), STOP, np.int64)
    return Scene(
        stream.getvalue(), f"{number}.png", np.array(boxes, np.float32).reshape(-1, 4), labels
    )


def red_squares(count: int, first: int = 0) -> PackedScenes:
    """Scenes with one sign of 16 to 40 pixels each."""
    scenes = []
    for number in range(first, first + count):
        rng = np.random.default_rng([1, number])
        side = int(rng.integers(16, 40))
        left, top = (int(v) for v in rng.integers(0, 128 - side, 2))
        scenes.append(make_scene(number, [(left, top, left + side, top + side)]))
    groups = np.array([f"g{number}" for number in range(count)])
    return PackedScenes(tuple(scenes), groups, "red squares", GTSRB)
