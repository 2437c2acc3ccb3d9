import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from signs.art.drawings import Drawings, open_drawings
from signs.art.negative_drawings import (
    DRAWN,
    FOLDERS,
    mixtures,
    negative_names,
    rasterize_mixture,
    rasterize_negative,
    title,
)
from signs.art.patterns import nothing, texture
from signs.art.pose import beside, pose
from signs.art.raster import rasterize, sign_svg, variants
from signs.catalog.gtsrb import GTSRB
from signs.catalog.negative_kinds import NegativeKind
from signs.data.drawn import drawn_source, sign_plate
from signs.data.drawn_negatives import SHARES, draw_negative, left_out, negatives_source
from signs.errors import SignsError
from signs.inference.preprocess import preprocess
from signs.params import load_params
from signs.records.packed import Packed
from signs.splitting.cut import cut_negatives
from tests.conftest import ROOT

DRAWINGS = [(folder, name) for folder in FOLDERS for name in negative_names(folder)]


def test_enough_signs_and_none_in_two_folders() -> None:
    names = {folder: set(negative_names(folder)) for folder in FOLDERS}
    assert len(names["tested"]) >= 30
    assert all(a.isdisjoint(b) for a, b in pairwise([*names.values(), names["trained"]]))
    with pytest.raises(ValueError, match="not one of trained, tested, objects"):
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
        for i in range(len(GTSRB))
        for name in variants(i)
    ]
    for number, (drawing, picture) in enumerate(others.items()):
        rest = [*signs, *list(others.values())[number + 1 :]]
        assert min(np.abs(picture - other).mean() for other in rest) > 1, drawing


def test_no_drawing_is_called_like_a_class_or_another() -> None:
    titles = [title(DRAWN / folder / f"{name}.svg") for folder, name in DRAWINGS]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    assert not set(GTSRB.names) & set(titles)


def test_a_mixture_takes_plate_and_pictogram_of_two_signs() -> None:
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
    for kind in NegativeKind:
        first, again, other = (draw_negative(kind, n, seed=1) for n in (0, 0, 1))
        assert first == again
        assert first.data != other.data
        assert first.label == GTSRB.negative_label
        assert first.kind == kind
        assert preprocess(first.data, 32).shape == (32, 32, 3)


@pytest.mark.parametrize(
    ("kind", "digest"),
    [
        (NegativeKind.BESIDE, "062095a8a1bd470f"),
        (NegativeKind.TRAINED_SIGN, "f2b4436991dc7dc0"),
        (NegativeKind.OBJECT, "8337613e444bf6c1"),
        (NegativeKind.NOTHING, "a8199964ce428c89"),
    ],
)
def test_the_bytes_that_results_rest_on(kind: NegativeKind, digest: str) -> None:
    data = b"".join(draw_negative(kind, n, seed=3).data for n in range(3))
    assert hashlib.sha256(data).hexdigest()[:16] == digest


def test_parts_share_no_kind() -> None:
    assert not SHARES["train"].keys() & SHARES["test"].keys()
    assert SHARES["train"].keys() | SHARES["test"].keys() == set(NegativeKind)
    for shares in SHARES.values():
        assert sum(shares.values()) == pytest.approx(1)


def test_a_cut_leaves_whole_drawings_out() -> None:
    kinds = np.repeat(["mixture", "trained sign"], 40)
    groups = np.array([f"{kind}{n % 10}" for n, kind in enumerate(kinds)])
    images = np.zeros((80, 4, 4, 3), np.uint8)
    labels = np.full(80, GTSRB.negative_label)
    pictures = Packed(images, labels, groups, "negatives", GTSRB, kinds)
    params = load_params("split", path=ROOT / "params.yaml").split
    parts = cut_negatives(pictures, params)
    train, val = parts["negatives_train"], parts["negatives_val"]
    assert set(train.kinds) == set(val.kinds) == {"mixture", "trained sign"}
    assert len(train) + len(val) == 80
    assert not set(train.groups) & set(val.groups)


def test_patterns_vary() -> None:
    for make in (texture, nothing):
        pictures = {make(np.random.default_rng(n)).tobytes() for n in range(20)}
        assert len(pictures) == 20


def test_too_few_to_cut() -> None:
    images = np.zeros((3, 8, 8, 3), np.uint8)
    kinds = np.array(["mixture", "texture", "texture"])
    labels = np.full(3, GTSRB.negative_label)
    few = Packed(images, labels, np.array(["a", "b", "c"]), "few", GTSRB, kinds)
    params = load_params("split", path=ROOT / "params.yaml").split
    with pytest.raises(SignsError, match=r"one mixture is too few.*raise data\.drawn_negatives"):
        cut_negatives(few, params)


def thumbnail(drawing: Image.Image) -> np.ndarray:
    """A drawing at 16 pixels on gray, of mean 0 and length 1."""
    base = Image.new("RGBA", drawing.size, (128, 128, 128, 255))
    base.alpha_composite(drawing)
    small = base.convert("RGB").resize((16, 16), Image.Resampling.BOX)
    vector = np.asarray(small, dtype=float).ravel()
    vector -= vector.mean()
    return np.asarray(vector / np.linalg.norm(vector))


def test_no_mixture_looks_like_a_sign() -> None:
    danger = [i for i, category in enumerate(GTSRB.categories) if category == "danger"]
    assert not {(13, pictogram) for pictogram in danger} & set(mixtures())  # Yield with a smudge
    assert {(14, 17), (17, 14)}.isdisjoint(mixtures())  # No entry with corners, Stop without
    assert len(mixtures()) > 1300
    signs = np.stack(
        [thumbnail(rasterize(i, 64, name)) for i in range(len(GTSRB)) for name in variants(i)]
    )
    likeness = {p: (signs @ thumbnail(rasterize_mixture(*p, 64))).max() for p in mixtures()}
    worst = max(likeness, key=lambda pair: likeness[pair])
    assert likeness[worst] < 0.945, worst


def own_signs(folder: Path, names: tuple[str, ...], drawn: tuple[int, ...]) -> Drawings:
    """A label space with the drawings of built-in classes."""
    (folder / "svg").mkdir(parents=True)
    lines = ["name,german,number,category,shape", *(f"{name},x,1,x,circle" for name in names)]
    (folder / "signs.csv").write_text("\n".join(lines))
    for place, class_id in enumerate(drawn):
        (folder / f"svg/{place:02d}.svg").write_text(sign_svg(class_id))
    return open_drawings(str(folder))


def test_an_outside_sign_that_joins_the_label_space_is_not_a_negative(tmp_path: Path) -> None:
    drawings = own_signs(tmp_path, ("Stop", "No STOPPING"), (14, 17))
    assert "no-stopping" in negative_names("tested")
    assert set(negative_names("tested")) - set(negative_names("tested", drawings.label_space)) == {
        "no-stopping"
    }
    photo = draw_negative(NegativeKind.TESTED_SIGN, 0, seed=0, drawings=drawings)
    assert photo.label == 2


def test_photos_alone_need_no_drawings(tmp_path: Path) -> None:
    drawings = own_signs(tmp_path, ("Stop", "Yield"), ())
    assert set(left_out(drawings)) == {"mixture", "beside", "backdrop"}
    assert draw_negative(NegativeKind.TRAINED_SIGN, 0, 0, drawings).label == 2
    assert set(negatives_source(100, 0, drawings).parts) == {"train", "test"}
    with pytest.raises(
        SignsError, match=r"svg/00\.svg not found: each sign needs a drawing"
    ) as error:
        drawn_source(3, 0, drawings)
    assert "\n" not in str(error.value)


def test_some_drawings_are_worse_than_none(tmp_path: Path) -> None:
    drawings = own_signs(tmp_path, ("Stop", "Yield"), (14,))
    with pytest.raises(SignsError, match=r"svg/01\.svg not found"):
        negatives_source(100, 0, drawings)


def test_signs_of_one_plate_make_no_mixtures(tmp_path: Path) -> None:
    drawings = own_signs(tmp_path, ("20", "30"), (0, 1))
    assert mixtures(drawings) == ()
    assert left_out(drawings) == (NegativeKind.MIXTURE,)
