"""Pictures of what is none of the signs."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise

import numpy as np
import pytest

from signs.art.raster import rasterize
from signs.art.negatives import (
    FOLDERS,
    mixtures,
    negative_names,
    rasterize_mixture,
    rasterize_negative,
)
from signs.art.patterns import nothing, texture
from signs.art.pose import beside, pose
from signs.art.raster import variants
from signs.catalog.gtsrb import GTSRB
from signs.catalog.negatives import NegativeKind
from signs.errors import SignsError
from signs.inference.preprocess import preprocess
from signs.records.packed import Packed
from signs.params import load_params
from signs.splitting.cut import cut_negatives
from signs.data.drawn import sign_plate
from signs.data.negatives import SHARES, draw_negative
from tests.conftest import ROOT

DRAWINGS = [(folder, name) for folder in FOLDERS for name in negative_names(folder)]


def test_enough_signs_and_none_in_two_folders() -> None:
    names = {folder: set(negative_names(folder)) for folder in FOLDERS}
    assert len(names["tested"]) >= 30
    assert all(a.isdisjoint(b) for a, b in pairwise([*names.values(), names["trained"]]))
    with pytest.raises(ValueError, match="none of trained, tested, objects"):
        negative_names("svg")
    with pytest.raises(ValueError, match="no drawing 'x' in tested"):
        rasterize_negative("tested", "x", 16)


@pytest.mark.parametrize(("folder", "name"), DRAWINGS)
def test_a_drawing_fills_its_square(folder: str, name: str) -> None:
    alpha = np.asarray(rasterize_negative(folder, name, 96))[..., 3] > 127
    rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    assert 80 <= max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 <= 96


def test_no_drawing_is_one_of_the_classes_or_another() -> None:
    others = {d: np.asarray(rasterize_negative(*d, 24), dtype=float) for d in DRAWINGS}
    signs = [
        np.asarray(rasterize(i, 24, name), dtype=float)
        for i in range(NUM_CLASSES)
        for name in variants(i)
    ]
    for number, (drawing, picture) in enumerate(others.items()):
        rest = [*signs, *list(others.values())[number + 1 :]]
        assert min(np.abs(picture - other).mean() for other in rest) > 1, drawing


def test_no_drawing_is_called_like_a_class_or_another() -> None:
    titles = [title(files("signs.art") / "others" / folder / f"{n}.svg") for folder, n in DRAWINGS]
    assert len(set(titles)) == len(titles)
    assert not {sign.name for sign in CLASSES} & set(titles)


def title(path: Traversable) -> str:
    found = re.search("<title>(.*?)</title>", path.read_text(encoding="utf-8"))
    assert found is not None, path
    return found[1]


def test_a_mixture_is_no_sign() -> None:
    assert (2, 1) not in mixtures()  # 30 on the plate of 50
    assert (2, 33) in mixtures()  # an arrow on it
    assert all(b not in (13, 15) for _, b in mixtures())  # they have nothing on their plates
    arrow = np.asarray(rasterize_mixture(2, 33, 64))
    assert tuple(arrow[20, 36, :3]) < (90, 90, 90)  # black where it was white


@pytest.mark.parametrize("away", [False, True])
@pytest.mark.parametrize("class_id", [12, 14, 18, 27])
def test_a_crop_beside_a_sign_misses_it(class_id: int, away: bool) -> None:
    plate = sign_plate(class_id)
    shown = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        there = beside(pose(plate, rng), rng, away)
        height, width = there.canvas
        low, high = there.outline.min(0), there.outline.max(0)
        inside = np.minimum(high, (width, height)) - np.maximum(low, 0)
        shown.append(min(1, *(inside / (high - low))))
    assert max(shown) <= (0 if away else 0.55)
    assert away or np.mean(np.array(shown) > 0.1) > 0.5  # it is there in most of them


def test_the_same_picture_for_the_same_number() -> None:
    for kind in Other:
        first, again, other = (draw_negative(int(kind), n, seed=1) for n in (0, 0, 1))
        assert first == again
        assert first.data != other.data
        assert first.label == kind
        assert preprocess(first.data, 32).shape == (32, 32, 3)


def test_parts_share_no_kind() -> None:
    assert not SHARES["train"].keys() & SHARES["test"].keys()
    assert SHARES["train"].keys() | SHARES["test"].keys() == set(Other)
    for shares in SHARES.values():
        assert sum(shares.values()) == pytest.approx(1)


def test_a_cut_leaves_whole_drawings_out() -> None:
    labels = np.repeat([0, 3], 40).astype(np.int64)
    groups = np.array([f"t{label}-{n % 10}" for n, label in enumerate(labels)])
    pictures = Packed(np.zeros((80, 4, 4, 3), np.uint8), labels, groups, "others")
    params = load_params("split", path=ROOT / "params.yaml").split
    parts = cut_negatives(pictures, params)
    train, val = parts["negatives_train"], parts["negatives_val"]
    assert set(train.labels) == {OTHER}
    assert set(val.labels) == {0, 3}
    assert len(train) + len(val) == 80
    assert not set(train.groups) & set(val.groups)


def test_patterns_vary() -> None:
    for make in (texture, nothing):
        pictures = {make(np.random.default_rng(n)).tobytes() for n in range(20)}
        assert len(pictures) == 20


def test_too_few_to_cut() -> None:
    images = np.zeros((3, 8, 8, 3), np.uint8)
    kinds = np.array([NegativeKind.MIXTURE, NegativeKind.TEXTURE, NegativeKind.TEXTURE])
    few = Packed(images, kinds, np.array(["a", "b", "c"]), "few")
    params = load_params("split", path=ROOT / "params.yaml").split
    with pytest.raises(SignsError, match=r"one mixture is too few.*raise data\.drawn_negatives"):
        cut_negatives(few, params)
