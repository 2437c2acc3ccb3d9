"""From a source of scenes to packed ones."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from signs.catalog.label_space import LabelSpace
from signs.errors import SignsError
from signs.pictures.decoding import decode
from signs.pictures.formats import ImageError
from signs.records.packed_scenes import PackedScenes
from signs.records.scene import Scene


@dataclass(frozen=True)
class ScenePacking:
    """One part of a source, packed.

    Attributes:
        scenes: those that can be decoded, each a group of its own.
        unreadable: a line for each scene that cannot be: its name and why.
    """

    scenes: PackedScenes
    unreadable: tuple[str, ...]


def pack_scenes(
    scenes: Iterable[Scene], source: str, label_space: LabelSpace, max_unreadable: float
) -> ScenePacking:
    """Keep the scenes that can be decoded.

    Args:
        source: their origin, for people to read.
        max_unreadable: share of the scenes that may be broken.

    Raises:
        SignsError: more of them are broken, or there is none.
    """
    kept, unreadable, count = [], [], 0
    for scene in scenes:
        count += 1
        try:
            decode(scene.data)
            kept.append(scene)
        except ImageError as error:
            unreadable.append(f"{scene.name}: {error}")
    if len(unreadable) > max_unreadable * count:
        raise SignsError(
            f"{source}: {len(unreadable)} of {count} scenes cannot be read, such as "
            f"{unreadable[0]}; detector.split.max_unreadable allows {max_unreadable:.1%}"
        )
    if not kept:
        raise SignsError(f"{source}: there are no scenes in it")
    groups = np.array([f"scene-{number:06d}" for number in range(len(kept))])
    return ScenePacking(PackedScenes(tuple(kept), groups, source, label_space), tuple(unreadable))
