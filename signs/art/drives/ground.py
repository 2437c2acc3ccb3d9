"""The ground of a drive: drawn from above, seen by a camera that moves along it."""

from dataclasses import dataclass, fields

import cv2
import numpy as np
import numpy.typing as npt

from signs.art.drives.sprites import FAINTEST
from signs.art.fields import Array, Rng
from signs.art.roads.canvas import Canvas, Points, ink
from signs.art.roads.land import ground
from signs.art.roads.world import HEIGHT, WIDTH, World

ACROSS, ALONG = 40.0, 40.0  # pixels of the map per meter
START = 2.0  # meters; the ground that `land.ground` draws starts nearer
LENGTH = HEIGHT / ALONG  # meters of one map
REACH = WIDTH / ACROSS / 2  # meters to each side
FOLDED = 4.0  # meters at the sides of the map that are repeated beyond it
FARTHEST = 3000.0  # meters
FINEST_FOCAL = 400.0  # pixels; sizes of what `land.ground` scatters
COARSEST = (4, 9)  # octaves by which a map is shrunk at most, across and along


@dataclass(frozen=True)
class _FromAbove(World):
    """A world seen from straight above, of which a canvas holds `LENGTH` meters.

    Attributes:
        start: z of its first row.
    """

    start: float

    def spot(self, x: float, y: float, z: float) -> tuple[float, float]:
        return WIDTH / 2 + x * ACROSS, (z - self.start) * ALONG

    def spots(self, places: Points | Array) -> Points:
        x, _, z = np.asarray(places, dtype=np.float64).T
        return np.column_stack((WIDTH / 2 + x * ACROSS, (z - self.start) * ALONG))


@dataclass(frozen=True)
class _Mirrored(_FromAbove):
    """The same with the far end at the top, so that textures join those of its neighbors."""

    def spot(self, x: float, y: float, z: float) -> tuple[float, float]:
        across, along = super().spot(x, y, z)
        return across, HEIGHT - along

    def spots(self, places: Points | Array) -> Points:
        return super().spots(places) * (1, -1) + (0, HEIGHT)


class GroundMap:
    """Some tens or hundreds of meters of ground, from which each frame takes its rows.

    Args:
        world: its colors and its road.
        length: meters that are drawn; what is beyond repeats the last of them.
        rng: the source of all randomness.
    """

    def __init__(self, world: World, length: float, rng: Rng) -> None:
        seed, count = int(rng.integers(2**32)), max(1, int(np.ceil(length / LENGTH)))
        parts = []
        for number in range(count):
            kind = (_FromAbove, _Mirrored)[number % 2]
            known = {each.name: getattr(world, each.name) for each in fields(World)}
            known |= {"focal": FINEST_FOCAL, "horizon": -1e6, "sight": np.inf}
            above = kind(**known, start=START + number * LENGTH)
            canvas = np.full((HEIGHT, WIDTH, 3), ink(world.seen(np.full(3, 0.1), 1.0)), np.uint8)
            # The same choices for each, so that one goes on where the other ends.
            ground(canvas, above, np.random.default_rng(seed))
            parts.append(canvas[::-1] if number % 2 else canvas)
        self._length = count * LENGTH
        self._levels = {(0, 0): np.concatenate(parts)}

    def show(self, canvas: Canvas, world: World, ahead: float) -> None:
        """Paint the ground below the horizon.

        Args:
            world: as the camera sees it in this frame.
            ahead: meters that the camera has driven.
        """
        height, width = canvas.shape[:2]
        top = int(np.clip(np.ceil(world.horizon), 0, height))
        below = np.maximum(np.arange(top, height) + 0.5 - world.horizon, 1e-3)
        depth = np.minimum(world.focal * world.eye / below, FARTHEST)
        # How many pixels of the map a pixel of the frame covers.
        coarse = np.log2(np.maximum(depth**2 / (world.focal * world.eye) * ALONG, 1))
        octaves = np.minimum(np.round(coarse).astype(int), COARSEST[1])
        for octave in np.unique(octaves).tolist():
            rows = np.flatnonzero(octaves == octave)
            across = float(np.log2(max(depth[rows].mean() / world.focal * ACROSS, 1)))
            level = self._level(min(round(across), COARSEST[0]), octave)
            fine = (level.shape[1] / WIDTH, len(level) / len(self._levels[0, 0]))
            x, y = self._places(world, depth[rows], ahead, width)
            at = (
                x * np.float32(fine[0]) - np.float32(0.5),
                y * np.float32(fine[1]) - np.float32(0.5),
            )
            seen = cv2.remap(level, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            mist = (1 - np.exp(-depth[rows] / world.sight)).astype(np.float32)[:, None, None]
            if mist.max() > FAINTEST:
                haze = np.array(ink(world.haze), np.float32)
                seen = (seen + (haze - seen) * mist).astype(np.uint8)
            canvas[top + rows[0] : top + rows[-1] + 1] = seen

    def _places(
        self, world: World, depth: npt.NDArray[np.float64], ahead: float, width: int
    ) -> tuple[Array, Array]:
        """Pixels of the finest map that the pixels of rows show: x and y, float32[R, width]."""
        across = (np.arange(width) + 0.5 - world.middle).astype(np.float32)
        middle = world.offset - 0.5 * world.curve * depth**2
        x: Array = np.outer((depth / world.focal).astype(np.float32), across)
        x += middle.astype(np.float32)[:, None]
        edge = np.float32(REACH - FOLDED)
        if np.abs(x[:, (0, -1)]).max() > edge:
            beyond = np.abs(x) - edge
            x = np.where(beyond > 0, np.copysign(edge + _fold(beyond, FOLDED), x), x)
        z = depth + ahead - START
        last = self._length - LENGTH
        z = np.where(z > last, last + _fold(z - last, LENGTH), z)
        rows = np.repeat((z * ALONG).astype(np.float32)[:, None], width, axis=1)
        return (x + np.float32(REACH)) * np.float32(ACROSS), rows

    def _level(self, across: int, along: int) -> Canvas:
        """The map, shrunk by two to these powers."""
        if (across, along) not in self._levels:
            whole = self._levels[0, 0]
            size = (WIDTH >> across, max(1, len(whole) >> along))
            small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
            self._levels[across, along] = np.asarray(small, np.uint8)
        return self._levels[across, along]


def _fold(beyond: Array, length: float) -> Array:
    """Run to and fro between 0 and `length`."""
    return length - np.abs(beyond % (2 * length) - length)
