import numpy as np
import pytest

from signs.art.drawings import GTSRB_DRAWINGS
from signs.art.pose import Plate
from signs.art.roads.canvas import Canvas, rectangle
from signs.art.roads.hanging import hang, legible
from signs.art.roads.layout import UNLABELED, Planned
from signs.art.roads.plates import any_back, any_outside, any_poster, any_sign
from signs.art.roads.shown import Shown, hide, show
from signs.art.roads.world import make_world
from signs.catalog.gtsrb import GTSRB

WHITE = np.ones(3, np.float32)


def plate(seed: int) -> Plate:
    return any_sign(GTSRB_DRAWINGS, np.random.default_rng(seed))[0]


@pytest.mark.parametrize("side", [16.0, 31.5, 64.0, 128.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_box_is_tight_around_what_is_painted(side: float, seed: int) -> None:
    hung = hang(plate(seed), (200.3, 150.8), side, 1.0, np.random.default_rng([1, seed]))
    rows, columns = np.flatnonzero(hung.visible.any(1)), np.flatnonzero(hung.visible.any(0))
    painted = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    offset = (hung.left, hung.top, hung.left, hung.top)
    assert hung.box == pytest.approx(np.add(painted, offset), abs=1.6)
    assert (hung.box[2:] - hung.box[:2]).max() == pytest.approx(side, rel=0.2, abs=2)
    assert (hung.box[:2] + hung.box[2:]) / 2 == pytest.approx((200.3, 150.8), abs=0.15 * side)


def shown(canvas: Canvas) -> Shown:
    planned = Planned(plate(2), 3, (100.0, 100.0), 40.0, 20.0, None)
    return show(canvas, make_world(np.random.default_rng(0)), planned, np.random.default_rng(1))


@pytest.mark.parametrize(
    ("share", "left"),
    [  # of the plate's width that a nearer thing covers, and what of the width is left
        (0.0, 1.0),
        (0.3, 0.7),
        (0.9, 1.0),  # too much: the plate stays before it
    ],
)
def test_what_a_nearer_thing_hides_is_outside_of_the_box(share: float, left: float) -> None:
    canvas = np.full((200, 200, 3), 60, np.uint8)
    one = shown(canvas)
    before = one.box.copy()
    wide = float(before[2] - before[0])
    rectangle(canvas, (0, 0, before[0] + share * wide - 1, 200), WHITE * 0.01)
    hide(canvas, [one])
    assert (one.box[2] - one.box[0]) / wide == pytest.approx(left, abs=0.08)
    assert one.box[2] == before[2]


def test_posters_are_painted_in_part_and_opaque_there() -> None:
    for seed in range(20):
        paint = any_poster(np.random.default_rng(seed)).pyramid[0]
        opacity = paint[..., 3]
        assert 0.05 < (opacity > 0.99).mean() < 0.95
        assert (paint[..., :3] <= opacity[..., None] + 0.02).all()


def test_plates_have_the_labels_of_what_they_show() -> None:
    rng = np.random.default_rng(0)
    assert {any_sign(GTSRB_DRAWINGS, rng)[1] for _ in range(400)} == set(range(len(GTSRB)))
    assert any_outside(GTSRB_DRAWINGS, rng)[1] == GTSRB.outside_label
    back = any_back(GTSRB_DRAWINGS, rng).pyramid[0]
    colors = back[back[..., 3] > 0.9][:, :3]
    assert np.ptp(colors, axis=1).max() < 1e-3  # gray
    assert UNLABELED < 0


@pytest.mark.parametrize(
    ("levels", "answer"),
    [((0, 0), False), ((3, 12), False), ((255, 250), False), ((30, 60), True), ((0, 255), True)],
)
def test_a_plate_counts_where_it_can_be_made_out(levels: tuple[int, int], answer: bool) -> None:
    picture = np.full((60, 60, 3), levels[0], np.uint8)
    picture[20:40, 30:40] = levels[1]
    assert legible(picture, np.array((20, 20, 40, 40), np.float32)) is answer
