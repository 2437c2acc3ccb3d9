"""Scenes that need no download: whole drawn roads."""

from collections.abc import Iterator
from functools import partial
from typing import Any, cast

import numpy as np

from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.art.roads.road import draw_road
from signs.data.drawn import LICENSE, draw_all, to_jpeg
from signs.data.scenes.source import SceneSource
from signs.records.scene import Scene

STREAM = 2  # keeps the random numbers of roads apart from those of crops


def drawn_scenes(count: int, seed: int, drawings: Drawings = GTSRB_DRAWINGS) -> SceneSource:
    """`count` drawn roads in the part "train", each a place of its own.

    The same seed gives the same bytes on any number of processors. A larger `count` only adds
    roads.

    Raises:
        SignsError: a sign has no drawing.
    """
    drawings.require()
    name = f"drawn roads ({count}, seed {seed})"
    return SceneSource(name, LICENSE, {"train": partial(_draw_all, count, seed, drawings)})


def draw_scene(seed: int, number: int, drawings: Drawings = GTSRB_DRAWINGS) -> Scene:
    """Draw road `number`: a JPEG of random quality, with the boxes of its signs.

    Raises:
        SignsError: a sign has no drawing.
    """
    rng = np.random.default_rng([seed, STREAM, number])
    picture, boxes, labels = draw_road(rng, drawings)
    return Scene(to_jpeg(picture, rng), f"road-{seed}-{number:05d}", boxes, labels)


def _draw_all(count: int, seed: int, drawings: Drawings) -> Iterator[Scene]:
    wanted = [(seed, number) for number in range(count)]
    draw: Any = partial(draw_scene, drawings=drawings)
    return cast(Iterator[Scene], draw_all(draw, wanted))
