"""Where the signs of a drive are in each frame, and what of them can be seen."""

from collections.abc import Sequence

import numpy as np

from signs.art.drives.clip import Values, truth_of
from signs.art.drives.course import Standing
from signs.art.drives.plates import Hanging
from signs.art.drives.sprites import NEAREST, Sprite
from signs.art.roads.world import World
from signs.records.drive import DriveTruth

POINTS = 6  # a plate is looked at in as many places, across and down, to see what hides it
View = tuple[float, float, World]  # time, meters driven, the world as the camera sees it


def truth_of_signs(
    signs: Sequence[Hanging], things: Sequence[Standing], views: Sequence[View]
) -> DriveTruth:
    """The boxes of all signs that a frame shows.

    Args:
        signs: plates, of which none is unlabeled.
        things: all that may hide them; panels do not.
        views: of the frames.
    """
    times = np.array([time for time, _, _ in views])
    labels = np.array([each.label for each in signs], np.int64)
    boxes, seen = _carried(signs, things, views)
    there = np.unique(truth_of(times, boxes, labels, seen).signs.numbers)
    return truth_of(times, boxes[:, there], labels[there], seen[:, there])


def _carried(
    signs: Sequence[Hanging],
    things: Sequence[Standing],
    views: Sequence[View],
) -> tuple[Values, Values]:
    """Boxes of signs in frames, float64[F, S, 4], and what share of each is not hidden."""
    boxes, seen = np.zeros((len(views), len(signs), 4)), np.zeros((len(views), len(signs)))
    flat = [(each.shape, each.spot) for each in things if isinstance(each.shape, Sprite)]
    for frame, (time, driven, world) in enumerate(views):
        before = [
            (ahead, sprite, sprite.placed(world, spot, ahead))
            for sprite, spot in flat
            if (ahead := spot.ahead(time, driven)) > NEAREST
        ]
        for number, sign in enumerate(signs):
            ahead = sign.spot.ahead(time, driven)
            if ahead <= NEAREST:
                continue
            box = boxes[frame, number] = sign.box_at(world, ahead)
            places = (np.arange(POINTS) + 0.5) / POINTS
            x, y = np.meshgrid(*(box[i] + (box[i + 2] - box[i]) * places for i in (0, 1)))
            shown = sign.sprite.opacity(x, y, sign.sprite.placed(world, sign.spot, ahead))
            left = shown.copy()
            for nearer, sprite, placed in before:
                if nearer < ahead and _touches(box, sprite, placed):
                    left *= 1 - sprite.opacity(x, y, placed)
            seen[frame, number] = left.sum() / max(float(shown.sum()), 1e-6)
    return boxes, seen


def _touches(box: Values, sprite: Sprite, placed: tuple[float, float, float]) -> bool:
    grown, left, top = placed
    height, width = sprite.paint.shape[:2]
    across = left < box[2] and left + width * grown > box[0]
    return bool(across and top < box[3] and top + height * grown > box[1])
