"""Plates on a canvas, and what is still visible of them when nearer things are painted."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from signs.art.fields import Rng, log_uniform, tint
from signs.art.roads.canvas import Canvas, codes_of, light_of, line
from signs.art.roads.hanging import hang
from signs.art.roads.layout import Planned
from signs.art.roads.world import World

SIGN_LIGHT = (0.4, 2.0)  # on a plate, relative to the light of the scene
VISIBLE = 0.6  # share of a plate that nearer things must leave visible


@dataclass
class Shown:
    """A plate on a canvas.

    Attributes:
        label: as `Planned` has it.
        left, top: of its part of the canvas.
        codes: that part, as it was when the plate was last seen.
        solid: bool[H, W], what of the part showed the plate when it was hung.
        visible: bool[H, W], what of it still does.
        box: float32[4], around what is visible.
    """

    label: int
    left: int
    top: int
    codes: Canvas
    solid: npt.NDArray[np.bool_]
    visible: npt.NDArray[np.bool_]
    box: npt.NDArray[np.float32]

    def part(self, canvas: Canvas) -> Canvas:
        """Its part of a canvas, to be read and painted."""
        height, width = self.solid.shape
        return canvas[self.top : self.top + height, self.left : self.left + width]

    def keep(self, canvas: Canvas) -> None:
        """Take what the canvas shows as the plate's look."""
        self.codes = self.part(canvas).copy()


def show(canvas: Canvas, world: World, planned: Planned, rng: Rng) -> Shown:
    """Paint a plate and its post."""
    x, y = planned.center
    if planned.foot is not None:
        metal = np.asarray(log_uniform(rng, 0.05, 0.6) * tint(rng, 0.08), np.float32)
        color = world.seen(metal, planned.distance)
        top = y - planned.side * rng.uniform(0.3, 0.7)
        width = rng.uniform(0.05, 0.1) * world.focal / planned.distance
        line(canvas, ((x, top), (x, planned.foot)), color, width)
    light = world.light * log_uniform(rng, *SIGN_LIGHT)
    hung = hang(planned.plate, planned.center, planned.side, light, rng)
    shown = Shown(
        planned.label, hung.left, hung.top, canvas, hung.visible, hung.visible.copy(), hung.box
    )
    part = shown.part(canvas)
    part[:] = codes_of(light_of(part) * (1 - hung.opacity) + hung.color)
    shown.keep(canvas)
    return shown


def hide(canvas: Canvas, plates: Iterable[Shown]) -> None:
    """Note what was painted over plates; what would hide most of one is taken away from it."""
    for each in plates:
        part = each.part(canvas)
        if np.array_equal(part, each.codes):
            continue
        changed = (part != each.codes).any(axis=-1)
        visible = each.visible & ~changed
        if visible.sum() < VISIBLE * each.solid.sum():
            part[each.visible] = each.codes[each.visible]
            each.keep(canvas)
            continue
        if (each.visible & changed).any():
            each.visible = visible
            rows, columns = np.flatnonzero(visible.any(1)), np.flatnonzero(visible.any(0))
            seen = np.array((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
            seen += (each.left, each.top, each.left, each.top)
            each.box[:2] = np.maximum(each.box[:2], seen[:2])
            each.box[2:] = np.minimum(each.box[2:], seen[2:])
        each.keep(canvas)
