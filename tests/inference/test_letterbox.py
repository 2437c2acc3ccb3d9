import numpy as np
import pytest
from PIL import Image

from signs.inference.letterbox import MIN_SIDE, letterbox


@pytest.mark.parametrize(
    ("size", "made", "offset"),
    [
        ((400, 200), (400, 200), (0, 0)),  # as it is
        ((100, 100), (100, 100), (0, 0)),  # no picture is enlarged
        ((800, 400), (400, 200), (0, 0)),
        ((401, 300), (400, 299), (0, 0)),
        ((300, 1203), (100, 400), (0, 0)),  # upright
        ((30, 20), (64, 64), (17, 22)),
        ((200, 20), (200, 64), (0, 22)),
        ((4000, 40), (400, 64), (0, 30)),  # shrunk to four rows
        ((40_000, 4), (400, 64), (0, 31)),
        ((1, 1), (64, 64), (31, 31)),
    ],
)
def test_sizes(size: tuple[int, int], made: tuple[int, int], offset: tuple[int, int]) -> None:
    found = letterbox(Image.new("RGB", size), 400)
    assert found.pixels.shape == (made[1], made[0], 3)
    assert found.pixels.dtype == np.uint8
    assert (found.size, found.offset) == (size, offset)
    assert min(made) >= MIN_SIDE
    inner = [side - 2 * gap for side, gap in zip(made, offset, strict=True)]
    edges = np.array([[*offset, offset[0] + inner[0], offset[1] + inner[1]]], np.float32)
    back = found.boxes_in_picture(edges)
    assert back[0] == pytest.approx([0, 0, *size], rel=0.26, abs=1e-3)  # four rows of 40


def test_boxes_find_the_way_back_and_are_clipped() -> None:
    found = letterbox(Image.new("RGB", (1200, 600)), 400)
    boxes = np.array([[10, 20, 30, 50], [-5, -5, 500, 500]], np.float32)
    expected = np.array([[30, 60, 90, 150], [0, 0, 1200, 600]])
    assert found.boxes_in_picture(boxes) == pytest.approx(expected)
    assert found.boxes_in_picture(boxes).dtype == np.float32


def test_pixels_are_kept() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (70, 90, 3), dtype=np.uint8)
    assert (letterbox(pixels, 400).pixels == pixels).all()
    small = pixels[:20, :30]
    assert (letterbox(small, 400).pixels[22:42, 17:47] == small).all()


@pytest.mark.parametrize(
    "image",
    [
        Image.new("L", (80, 80)),
        np.zeros((80, 80), np.uint8),
        np.zeros((80, 80, 4), np.uint8),
        np.zeros((80, 80, 3), np.float32),
        np.zeros((0, 80, 3), np.uint8),
    ],
)
def test_other_kinds_are_refused(image: Image.Image) -> None:
    with pytest.raises(ValueError, match="expected"):
        letterbox(image, 400)
