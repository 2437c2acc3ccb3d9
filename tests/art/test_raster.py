import re
from pathlib import Path

import numpy as np
import pytest

from signs.art.raster import contact_sheet, raster, rasterize, sign_svg, variants
from signs.catalog.gtsrb import CLASSES, NUM_CLASSES, Shape, SignClass
from signs.errors import SignsError

DRAWINGS = [(sign, variant) for sign in CLASSES for variant in variants(sign.id)]
each_drawing = pytest.mark.parametrize(
    ("sign", "variant"), DRAWINGS, ids=[f"{sign.id:02d}{variant}" for sign, variant in DRAWINGS]
)


@each_drawing
def test_a_drawing_keeps_to_what_resvg_draws(sign: SignClass, variant: str) -> None:
    svg = sign_svg(sign.id, variant)
    assert 'viewBox="0 0 100 100"' in svg
    assert f"<title>{sign.name}</title>" in svg
    # Text needs a font, and resvg draws nothing, without an error, where it is missing.
    assert not re.search(r"<(text|style|image|filter|script|foreignObject)\b", svg)
    assert 'href="http' not in svg


@each_drawing
def test_a_plate_has_its_shape(sign: SignClass, variant: str) -> None:
    alpha = np.asarray(rasterize(sign.id, 100, variant))[..., 3] > 127
    rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    height, width = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    assert 94 <= max(height, width) <= 100
    assert abs((columns[0] + columns[-1]) / 2 - 49.5) < 2  # centerd
    assert abs((rows[0] + rows[-1]) / 2 - 49.5) < 2
    filled = alpha.sum() / (height * width)
    top, bottom = alpha[rows[0] + 8].sum(), alpha[rows[-1] - 8].sum()
    expected = {
        Shape.CIRCLE: 0.785,
        Shape.OCTAGON: 0.828,
        Shape.DIAMOND: 0.5,
        Shape.TRIANGLE: 0.53,
        Shape.INVERTED_TRIANGLE: 0.53,
    }
    assert filled == pytest.approx(expected[sign.shape], abs=0.04)
    if sign.shape is Shape.TRIANGLE:
        assert bottom > 3 * top
    elif sign.shape is Shape.INVERTED_TRIANGLE:
        assert top > 3 * bottom
    else:
        assert top == pytest.approx(bottom, abs=3)


def test_no_two_drawings_look_alike() -> None:
    small = np.stack([np.asarray(rasterize(i, 24), dtype=float) for i in range(NUM_CLASSES)])
    distance = np.abs(small[:, None] - small[None]).mean((2, 3, 4))
    assert distance[~np.eye(NUM_CLASSES, dtype=bool)].min() > 2


def test_mirror_images_are_mirror_images() -> None:
    for right, left in ((33, 34), (36, 37), (38, 39), (20, 19)):
        mirrored = np.asarray(rasterize(right, 64), dtype=float)[:, ::-1]
        assert np.abs(mirrored - np.asarray(rasterize(left, 64))).mean() < 3


def test_other_designs_say_the_same_in_another_way() -> None:
    assert variants(35) == ("", "old")
    assert variants(14) == ("",)
    today, old = (np.asarray(rasterize(35, 48, v), dtype=float) for v in variants(35))
    assert np.abs(today - old).mean() > 1
    for right, left in ((33, 34), (36, 37), (38, 39)):
        mirrored = np.asarray(rasterize(right, 64, "old"), dtype=float)[:, ::-1]
        assert np.abs(mirrored - np.asarray(rasterize(left, 64, "old"))).mean() < 3


@each_drawing
def test_a_pictogram_grows_on_a_plate_that_does_not(sign: SignClass, variant: str) -> None:
    plain, grown = (
        np.asarray(rasterize(sign.id, 96, variant, pictogram), dtype=float)
        for pictogram in (1, 1.04)
    )
    outline = (plain[..., 3] > 127) != (grown[..., 3] > 127)
    assert outline.mean() < 0.001  # stripes end at the rim
    nothing_on_it = sign.stvo in ("205", "250")  # yield, no vehicles
    assert (np.abs(plain - grown).mean() > 0.05) != nothing_on_it


def test_the_sheet_has_every_sign() -> None:
    sheet = contact_sheet(20, columns=10)
    assert sheet.size == (10 * 21 + 1, 6 * 21 + 1)
    tiles = np.asarray(sheet)[..., 3]
    filled = [
        tiles[1 + 21 * r : 21 + 21 * r, 1 + 21 * c : 21 + 21 * c].any()
        for r in range(6)
        for c in range(10)
    ]
    assert filled == [True] * 54 + [False] * 6


def test_impossible_arguments() -> None:
    for class_id in (-1, 43):
        with pytest.raises(ValueError, match="not in 0 to 42"):
            sign_svg(class_id)
    with pytest.raises(ValueError, match=r"no variant 'new', only \['', 'old'\]"):
        rasterize(35, 10, "new")
    with pytest.raises(ValueError, match="at least 1 pixel"):
        rasterize(0, 0)
    with pytest.raises(ValueError, match="columns"):
        contact_sheet(20, columns=0)


def test_drawings_that_break_the_rules_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster, "files", lambda _: tmp_path)
    raster._drawings.cache_clear()
    (tmp_path / "svg").mkdir()
    (tmp_path / "svg/43-old.svg").touch()
    monkeypatch.setattr(raster, "NUM_CLASSES", 44)
    with pytest.raises(SignsError, match=r"43\.svg not found: each class needs a drawing"):
        variants(43)
    drawing = tmp_path / "svg/43.svg"
    for svg in (
        "<svg></svg>",
        '<svg><g id="arrow"></g></svg>',
        '<svg><g id="plate"><g></g></g></svg>',
    ):
        drawing.write_text(svg)
        assert sign_svg(43) == svg
        with pytest.raises(SignsError, match=r'its first group must be the plate, <g id="plate">'):
            sign_svg(43, pictogram=1.04)
    raster._drawings.cache_clear()
