import re
from pathlib import Path

import numpy as np
import pytest

from signs.art.drawings import Drawings, open_drawings
from signs.art.raster import contact_sheet, rasterize, sign_svg, variants
from signs.catalog.gtsrb import GTSRB
from signs.errors import SignsError

DRAWINGS = [(sign, variant) for sign in range(len(GTSRB)) for variant in variants(sign)]
each_drawing = pytest.mark.parametrize(
    ("sign", "variant"), DRAWINGS, ids=[f"{sign:02d}{variant}" for sign, variant in DRAWINGS]
)


@each_drawing
def test_a_drawing_keeps_to_what_resvg_draws(sign: int, variant: str) -> None:
    svg = sign_svg(sign, variant)
    assert 'viewBox="0 0 100 100"' in svg
    assert f"<title>{GTSRB.names[sign]}</title>" in svg
    # Text needs a font, and resvg draws nothing, without an error, where it is missing.
    assert not re.search(r"<(text|style|image|filter|script|foreignObject)\b", svg)
    assert 'href="http' not in svg


@each_drawing
def test_a_plate_has_its_shape(sign: int, variant: str) -> None:
    alpha = np.asarray(rasterize(sign, 100, variant))[..., 3] > 127
    rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    height, width = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    assert 94 <= max(height, width) <= 100
    assert abs((columns[0] + columns[-1]) / 2 - 49.5) < 2  # centered
    assert abs((rows[0] + rows[-1]) / 2 - 49.5) < 2
    filled = alpha.sum() / (height * width)
    top, bottom = alpha[rows[0] + 8].sum(), alpha[rows[-1] - 8].sum()
    expected = {
        "circle": 0.785,
        "octagon": 0.828,
        "diamond": 0.5,
        "triangle": 0.53,
        "inverted triangle": 0.53,
    }
    shape = GTSRB.shapes[sign]
    assert filled == pytest.approx(expected[shape], abs=0.04)
    if shape == "triangle":
        assert bottom > 3 * top
    elif shape == "inverted triangle":
        assert top > 3 * bottom
    else:
        assert top == pytest.approx(bottom, abs=3)


def test_no_two_drawings_look_alike() -> None:
    small = np.stack([np.asarray(rasterize(i, 24), dtype=float) for i in range(len(GTSRB))])
    distance = np.abs(small[:, None] - small[None]).mean((2, 3, 4))
    assert distance[~np.eye(len(GTSRB), dtype=bool)].min() > 2


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
def test_a_pictogram_grows_on_a_plate_that_does_not(sign: int, variant: str) -> None:
    plain, grown = (
        np.asarray(rasterize(sign, 96, variant, pictogram), dtype=float) for pictogram in (1, 1.04)
    )
    outline = (plain[..., 3] > 127) != (grown[..., 3] > 127)
    assert outline.mean() < 0.001  # stripes end at the rim
    nothing_on_it = GTSRB.numbers[sign] in ("205", "250")  # yield, no vehicles
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


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    table = "name,german,number,category,shape\nA,A,1,x,circle\nB,B,2,x,circle\n"
    (tmp_path / "signs.csv").write_text(table)
    drawings = open_drawings(str(tmp_path))
    assert not drawings.exist
    with pytest.raises(SignsError, match=r"svg/00\.svg not found: each sign needs a drawing"):
        drawings.require()
    (tmp_path / "svg").mkdir()
    for name, built_in in (("00", 14), ("01", 17), ("01-old", 13)):
        (tmp_path / f"svg/{name}.svg").write_text(sign_svg(built_in))
    drawings.require()
    assert drawings.exist
    assert variants(1, drawings) == ("", "old")
    for sign, variant, built_in in ((0, "", 14), (1, "", 17), (1, "old", 13)):
        drawn = rasterize(sign, 32, variant, drawings=drawings)
        assert drawn.tobytes() == rasterize(built_in, 32).tobytes()
    assert contact_sheet(20, columns=3, drawings=drawings).size == (3 * 21 + 1, 21 + 1)
    assert open_drawings("gtsrb").label_space == GTSRB


def test_drawings_that_break_the_rules_are_one_line(tmp_path: Path) -> None:
    drawings = Drawings(GTSRB, tmp_path)
    (tmp_path / "07-old.svg").touch()
    with pytest.raises(SignsError, match=r"07\.svg not found: each sign needs a drawing"):
        variants(7, drawings)
    drawing = tmp_path / "07.svg"
    for svg in (
        "<svg></svg>",
        '<svg><g id="arrow"></g></svg>',
        '<svg><g id="plate"><g></g></g></svg>',
    ):
        drawing.write_text(svg)
        assert sign_svg(7, drawings=drawings) == svg
        with pytest.raises(SignsError, match=r'its first group must be the plate, <g id="plate">'):
            sign_svg(7, pictogram=1.04, drawings=drawings)
    drawing.write_text("no SVG")
    with pytest.raises(SignsError, match="not valid SVG"):
        rasterize(7, 16, drawings=drawings)
