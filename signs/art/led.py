"""Variable message signs: a sign shown with lamps on a black board."""

import numpy as np
import numpy.typing as npt

PITCH = 8  # pixels between lamp centers, in a drawing of 256 pixels
BOARD = (12, 12, 12)


def in_lamps(drawing: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Show a red, white and black sign with lamps: black turns white, red stays red.

    Args:
        drawing: uint8[S, S, 4], transparent around the plate.

    Returns:
        uint8[S, S, 4], opaque: a black square with dots.
    """
    size = len(drawing)
    pitch = max(2, PITCH * size // 256)
    centers = np.arange(pitch // 2, size, pitch)
    seen = drawing[centers[:, None], centers].astype(int)
    solid = seen[..., 3] > 127
    red = solid & (seen[..., 0] > 120) & (seen[..., 1] < 90)
    black = solid & (seen[..., :3].max(-1) < 110)
    lamps = np.zeros((*solid.shape, 3), dtype=np.uint8)
    lamps[:] = BOARD
    lamps[red] = (255, 40, 30)
    lamps[black] = (255, 250, 235)
    place = np.clip(np.arange(size) // pitch, 0, len(centers) - 1)
    board = lamps[place[:, None], place]
    offset = (np.arange(size) % pitch - pitch / 2 + 0.5) / pitch
    between = (offset[:, None] ** 2 + offset[None] ** 2) > 0.42**2
    board[between] = BOARD
    return np.dstack((board, np.full((size, size), 255, dtype=np.uint8)))
