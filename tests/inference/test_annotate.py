from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from signs.inference.annotate import COLORS, UNNAMED, Mark, annotate

GRAY = (90, 90, 90)
BOX = (40.0, 50.0, 80.0, 90.0)


def is_there(picture: Image.Image, color: str) -> bool:
    wanted = np.array(Image.new("RGB", (1, 1), color))[0, 0]
    return bool((np.asarray(picture) == wanted).all(axis=2).any())


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((300, 200), (300, 200)),
        ((3840, 2160), (3840, 2160)),
        ((200, 100), (400, 200)),
        ((40, 64), (200, 320)),
        ((1, 1), (300, 300)),
        ((2000, 4), (2000, 4)),
    ],
)
@pytest.mark.parametrize("count", [0, 1, 30])
def test_sizes(size: tuple[int, int], expected: tuple[int, int], count: int) -> None:
    marks = [Mark((0, 0, size[0], size[1]), "A long name of a sign 98%", "danger")] * count
    assert annotate(Image.new("RGB", size, GRAY), marks).size == expected


@pytest.mark.parametrize("category", [*COLORS, ""])
def test_a_sign_is_framed_and_stays_visible(category: str) -> None:
    picture = Image.new("RGB", (300, 200), GRAY)
    drawn = annotate(picture, [Mark(BOX, "Stop 94%", category)])
    ink, ground = COLORS.get(category, UNNAMED)
    assert is_there(drawn, ground)
    assert is_there(drawn, ink)
    assert (np.asarray(drawn.crop(BOX)) == 90).all()
    assert picture.getcolors() == [(300 * 200, GRAY)]  # the picture itself stays as it is


@pytest.mark.parametrize(
    "boxes",
    [
        [BOX],
        [(0, 0, 20, 20)],
        [(280, 0, 300, 20)],
        [(280, 180, 300, 200)],
        [(0, 0, 300, 200)],
        [(100, 50, 130, 80), (100, 81, 130, 111), (100, 112, 130, 142)],  # on one post
    ],
    ids=["free", "top left", "top right", "bottom right", "all", "one post"],
)
def test_labels_lie_inside_and_do_not_cover_each_other(
    boxes: Sequence[tuple[float, float, float, float]],
) -> None:
    def ink(*some: tuple[float, float, float, float]) -> int:
        """Pixels as black as this category's text is, and nothing else."""
        marks = [Mark(box, "Slippery road 76%", "danger") for box in some]
        drawn = annotate(Image.new("RGB", (300, 200), GRAY), marks)
        return int((np.asarray(drawn) == 0).all(axis=2).sum())

    assert ink(*boxes) == len(boxes) * ink(BOX) > 0


@pytest.mark.parametrize("text", ["Größe äöü ÄÖÜ é 50%", "交通 50%", "", "x" * 1000, "a\nb\x1b"])
def test_any_text_is_drawn(text: str) -> None:
    assert annotate(Image.new("RGB", (300, 200), GRAY), [Mark(BOX, text, "other")]).size[0] == 300


def test_letters_that_the_font_lacks_are_spelled_out() -> None:
    picture = Image.new("RGB", (300, 200), GRAY)
    pairs = [("Größe é", "Groesse e"), ("交", "?")]
    for text, spelled in pairs:
        a, b = (annotate(picture, [Mark(BOX, some, "other")]) for some in (text, spelled))
        assert (np.asarray(a) == np.asarray(b)).all()
