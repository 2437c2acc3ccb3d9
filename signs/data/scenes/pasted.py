"""Copies of real scenes with drawn signs pasted in, to train on more signs of more kinds."""

from collections.abc import Iterator
from functools import partial
from typing import Any, cast

import numpy as np
from PIL import Image

from signs.art.drawings import Drawings
from signs.art.roads.pasting import paste_signs
from signs.data.drawn import draw_all, to_jpeg
from signs.pictures.decoding import decode
from signs.records.packed_scenes import PackedScenes
from signs.records.scene import Scene

STREAM = 3  # keeps the random numbers apart from those of roads


def with_pasted(scenes: PackedScenes, copies: int, seed: int, drawings: Drawings) -> PackedScenes:
    """The scenes, and after them so many copies of each with drawn signs away from their boxes.

    A copy stays in the group of its scene. The same seed gives the same bytes on any number of
    processors.

    Raises:
        SignsError: a sign has no drawing.
    """
    drawings.require()
    wanted = [(scene, seed * copies + copy) for copy in range(copies) for scene in scenes.scenes]
    draw: Any = partial(paste_into, drawings=drawings)
    pasted = cast(Iterator[Scene], draw_all(draw, wanted))
    source = f"{scenes.source} with drawn signs pasted in" if copies else scenes.source
    groups = np.tile(scenes.groups, 1 + copies)
    return PackedScenes((*scenes.scenes, *pasted), groups, source, scenes.label_space)


def paste_into(scene: Scene, number: int, drawings: Drawings) -> Scene:
    """Copy `number` of a scene: a JPEG of random quality."""
    name = [number, *scene.name.encode()]
    rng = np.random.default_rng([STREAM, *name])
    picture = np.array(decode(scene.data))
    image, boxes, labels = paste_signs(picture, scene.boxes, rng, drawings)
    return Scene(
        to_jpeg(Image.fromarray(image), rng),
        f"{scene.name}, pasted {number}",
        np.concatenate([scene.boxes, boxes]),
        np.concatenate([scene.labels, labels]),
    )
