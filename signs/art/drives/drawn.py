"""Drawn drives: pseudo-drives into drawn roads, which need no data."""

import numpy as np

from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.art.drives.pseudo import PseudoDrive, pseudo_drive
from signs.art.roads.road import draw_road


def drawn_drive(
    seed: int, seconds: float = 3.0, rate: float = 25.0, drawings: Drawings = GTSRB_DRAWINGS
) -> PseudoDrive:
    """Draw a road and drive into it.

    Args:
        seed: fixes every pixel.
        seconds: of the clip.
        rate: frames per second.
        drawings: of the signs.
    """
    rng = np.random.default_rng(seed)
    picture, boxes, labels = draw_road(rng, drawings)
    return pseudo_drive(np.asarray(picture), boxes, labels, rng, seconds, rate)
