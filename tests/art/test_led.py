import numpy as np

from signs.art.led import BOARD, in_lamps
from signs.art.raster import rasterize


def test_red_stays_red_and_black_is_lit() -> None:
    board = in_lamps(np.asarray(rasterize(15, 256)))  # a red ring on white
    assert board.shape == (256, 256, 4)
    assert (board[..., 3] == 255).all()
    middle = board[118:138, 118:138, :3]
    assert (middle == BOARD).all()  # white is dark
    ring = board[124:132, :40, :3]
    assert (ring.reshape(-1, 3).max(0) == (255, 40, 30)).all()
    lit = in_lamps(np.asarray(rasterize(2, 256)))[90:170, 60:200, :3]
    assert (lit.reshape(-1, 3).max(0) == (255, 250, 235)).all()
