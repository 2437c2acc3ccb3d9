from functools import lru_cache

import numpy as np
import pytest
from PIL import Image

from signs.art.drawings import GTSRB_DRAWINGS
from signs.art.roads.layout import MAX_SIDE, MIN_SIDE, plan
from signs.art.roads.road import draw_road
from signs.art.roads.world import HEIGHT, PLACES, SEASONS, WIDTH, make_world
from signs.catalog.gtsrb import GTSRB

ROADS = 12

Road = tuple[Image.Image, np.ndarray, np.ndarray]


@lru_cache(maxsize=ROADS)
def road(seed: int) -> Road:
    return draw_road(np.random.default_rng(seed))


def test_the_seed_fixes_every_pixel() -> None:
    picture, boxes, labels = draw_road(np.random.default_rng(3))
    first = road(3)
    assert picture.tobytes() == first[0].tobytes()
    assert np.array_equal(boxes, first[1])
    assert np.array_equal(labels, first[2])
    assert picture.tobytes() != road(4)[0].tobytes()


@pytest.mark.parametrize("seed", range(ROADS))
def test_boxes_lie_in_the_picture_and_labels_in_the_label_space(seed: int) -> None:
    picture, boxes, labels = road(seed)
    assert (picture.mode, picture.size) == ("RGB", (WIDTH, HEIGHT))
    assert [boxes.dtype, labels.dtype] == ["float32", "int64"]
    assert boxes.shape == (len(labels), 4)
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, 2:] <= (WIDTH, HEIGHT)).all()
    sides = boxes[:, 2:] - boxes[:, :2]
    assert (sides.max(axis=1) <= MAX_SIDE + 2).all()
    assert (sides.min(axis=1) >= 0.3 * MIN_SIDE).all()  # in part behind something, at most
    assert ((labels >= 0) & (labels <= GTSRB.outside_label)).all()


def test_some_roads_are_empty_and_some_show_outside_signs() -> None:
    labels = [road(seed)[2] for seed in range(ROADS)]
    assert any(GTSRB.outside_label in some for some in labels)
    assert any((some < GTSRB.outside_label).any() for some in labels)
    counts = [
        len(planned_labels(np.random.default_rng(seed)) & set(range(len(GTSRB))))
        for seed in range(300)
    ]
    assert 0.08 < np.mean([count == 0 for count in counts]) < 0.25
    assert max(counts) > 3


def planned_labels(rng: np.random.Generator) -> set[int]:
    return {each.label for each in plan(make_world(rng), GTSRB_DRAWINGS, rng)}


def test_sizes_and_places_spread_like_those_of_real_roads() -> None:
    planned = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        planned += [p for p in plan(make_world(rng), GTSRB_DRAWINGS, rng) if p.label >= 0]
    sides = np.array([each.side for each in planned])
    x, y = np.array([each.center for each in planned]).T
    assert MIN_SIDE <= sides.min() < 20
    assert 100 < sides.max() <= MAX_SIDE
    # GTSDB: median 39, quartiles 28 and 55; more of them on the right; around the horizon.
    assert 33 < np.median(sides) < 43
    assert 23 < np.percentile(sides, 25) < 31
    assert 45 < np.percentile(sides, 75) < 60
    assert 0.5 < (x > WIDTH / 2).mean() < 0.75
    assert 380 < np.median(y) < 500
    # Near signs, which are large, hang far from the vanishing point.
    assert np.corrcoef(np.log(sides), np.abs(x - WIDTH / 2))[0, 1] > 0.25


def test_worlds_are_of_all_kinds() -> None:
    worlds = [make_world(np.random.default_rng(seed)) for seed in range(200)]
    assert {world.place for world in worlds} == set(PLACES)
    assert {world.season for world in worlds} == set(SEASONS)
    light = np.array([world.light for world in worlds])
    assert light.max() / light.min() > 3
