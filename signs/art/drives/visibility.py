"""Where the signs of a drive are in each frame, and what of them can be seen."""

from collections.abc import Sequence

import numpy as np

from signs.art.drives.clip import Values, truth_of
from signs.art.drives.course import Standing
from signs.art.drives.plates import Hanging
from signs.art.drives.sprites import NEAREST
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
        things: all that may hide them.
        views: of the frames.
    """
    times = np.array([time for time, _, _ in views])
    labels = np.array([each.label for each in signs], np.int64)
    boxes, seen = _carried(signs, things, views)
    there = np.unique(truth_of(times, boxes, labels, seen).signs.numbers)
    return truth_of(times, boxes[:, there], labels[there], seen[:, there])


def _carried(
    signs: Sequence[Hanging], things: Sequence[Standing], views: Sequence[View]
) -> tuple[Values, Values]:
    """Boxes of signs in frames, float64[F, S, 4], and what share of each is not hidden."""
    boxes, seen = np.zeros((len(views), len(signs), 4)), np.zeros((len(views), len(signs)))
    if not signs:
        return boxes, seen
    for frame, (time, driven, world) in enumerate(views):
        ahead = np.array([each.spot.ahead(time, driven) for each in things])
        pairs = zip(things, ahead.tolist(), strict=True)
        areas = np.array([each.shape.area(world, each.spot, z) for each, z in pairs])
        for number, sign in enumerate(signs):
            far = sign.spot.ahead(time, driven)
            if far < NEAREST:
                continue
            box = boxes[frame, number] = sign.box_at(world, far)
            touched = ((areas[:, :2] < box[2:]) & (areas[:, 2:] > box[:2])).all(axis=1)
            before = np.flatnonzero(touched & (ahead < far)).tolist()
            nearer = [(things[place], float(ahead[place])) for place in before]
            seen[frame, number] = _seen(sign, box, (world, far), nearer)
    return boxes, seen


def _seen(
    sign: Hanging,
    box: Values,
    view: tuple[World, float],
    nearer: Sequence[tuple[Standing, float]],
) -> float:
    """The share of a plate that things before it leave visible."""
    world, far = view
    places = (np.arange(POINTS) + 0.5) / POINTS
    x, y = np.meshgrid(*(box[i] + (box[i + 2] - box[i]) * places for i in (0, 1)))
    whole = sign.sprite.opacity(x, y, world, sign.spot, far)
    left = whole.copy()
    for each, ahead in nearer:
        left *= 1 - each.shape.opacity(x, y, world, each.spot, ahead)
    return float(left.sum() / max(float(whole.sum()), 1e-6))
