"""Draw a whole road, from the sky to the camera. A seed fixes every pixel."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.art.fields import Rng
from signs.art.roads.hanging import legible
from signs.art.roads.land import cluttered, dappled, ground, ridge, sky
from signs.art.roads.layout import plan
from signs.art.roads.lens import photographed
from signs.art.roads.scenery import scenery
from signs.art.roads.shown import Shown, hide, show
from signs.art.roads.things.street import wires
from signs.art.roads.world import make_world

Boxes = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
WIRES_SHARE = 0.5


def draw_road(rng: Rng, drawings: Drawings = GTSRB_DRAWINGS) -> tuple[Image.Image, Boxes, Labels]:
    """Draw a road with none to six signs.

    Args:
        rng: the source of all randomness.
        drawings: of the signs.

    Returns:
        RGB of 1360 x 800; boxes: float32[N, 4], left, top, right and bottom in pixels, right and
        bottom exclusive, tight around what is visible of each plate; labels: int64[N], class ids,
        or `LabelSpace.outside_label` for outside signs.

    Raises:
        SignsError: a sign has no drawing.
    """
    world = make_world(rng)
    canvas = sky(world, rng)
    ridge(canvas, world, rng)
    if rng.random() < WIRES_SHARE:
        wires(canvas, world, rng)
    ground(canvas, world, rng)
    planned = plan(world, drawings, rng)
    shown: list[Shown] = []
    shaded_at = rng.uniform(5, 60)
    for distance, paint in (*scenery(world, planned, rng), (0.0, None)):
        while planned and planned[0].distance > distance:
            plate = show(canvas, world, planned.pop(0), rng)
            hide(canvas, shown)
            shown.append(plate)
        if distance < shaded_at:
            shaded_at = 0.0
            dappled(canvas, world, rng)
            cluttered(canvas, world, rng)
            for each in shown:
                each.keep(canvas)
        if paint:
            paint(canvas)
            hide(canvas, shown)
    picture = photographed(canvas, (world.middle, world.horizon), rng)
    signs = [each for each in shown if each.label >= 0 and legible(picture, each.box)]
    boxes = np.array([each.box for each in signs], np.float32).reshape(-1, 4)
    return Image.fromarray(picture), boxes, np.array([each.label for each in signs], np.int64)
