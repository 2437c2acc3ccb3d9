from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.errors import SignsError
from signs.params import SplitParams
from signs.records.packed_scenes import PackedScenes
from signs.records.scene import Scene
from signs.splitting.places import cut_scenes, folds_of, infer_places

PARAMS = SplitParams(val_fraction=0.2, test_fraction=0.2, max_unreadable=0.0, seed=0)


def view(place: int, step: int = 0) -> Scene:
    """A blurry picture of a place; a step moves and lights it a little otherwise."""
    rng = np.random.default_rng(place)
    image = Image.fromarray(rng.integers(0, 200, (5, 8, 3), dtype=np.uint8)).resize((160, 100))
    pixels = np.roll(np.asarray(image), step, axis=1).astype(int) + 5 * step
    stream = BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(stream, "PNG")
    boxes, labels = np.empty((0, 4), np.float32), np.empty(0, np.int64)
    return Scene(stream.getvalue(), f"{place}-{step}.png", boxes, labels)


def packed(scenes: list[Scene]) -> PackedScenes:
    groups = np.array([f"scene-{number}" for number in range(len(scenes))])
    return PackedScenes(tuple(scenes), groups, "views", GTSRB)


@pytest.mark.parametrize(
    ("scenes", "same"),
    [
        ([view(1), view(2), view(3)], []),
        ([view(1), view(1, 2), view(2)], [(0, 1)]),  # the drive goes on
        ([view(1), view(2), view(1, 2), view(3)], [(0, 2)]),
        ([view(1), view(1, 3), view(1, 6)], [(0, 1), (1, 2), (0, 2)]),  # through the middle one
        ([view(1), *(view(n) for n in range(2, 9)), view(1)], [(0, 8)]),  # far apart, but equal
    ],
)
def test_scenes_that_show_one_place(scenes: list[Scene], same: list[tuple[int, int]]) -> None:
    places = infer_places(scenes)
    found = {
        (a, b) for a in range(len(scenes)) for b in range(a + 1, len(scenes))
        if places[a] == places[b]
    }  # fmt: skip
    assert found == set(same)


def test_parts_share_no_place() -> None:
    scenes = [view(place, step) for place in range(20) for step in (0, 2)]
    parts = cut_scenes(packed(scenes), {}, PARAMS)
    assert {name: len(part) for name, part in parts.items()} == {"train": 24, "val": 8, "test": 8}
    places = [set(part.groups.tolist()) for part in parts.values()]
    assert sum(map(len, places)) == len(set().union(*places)) == 20
    again = cut_scenes(packed(scenes), {}, PARAMS)
    assert {n: [s.name for s in p.scenes] for n, p in again.items()} == {
        n: [s.name for s in p.scenes] for n, p in parts.items()
    }


def test_training_scenes_like_those_of_an_own_test_part_are_left_out() -> None:
    scenes = packed([view(place) for place in range(20)])
    own = {"test": packed([view(3, 1), view(50)])}
    parts = cut_scenes(scenes, own, PARAMS)
    assert len(parts["test"]) == 2
    names = {scene.name for name in ("train", "val") for scene in parts[name].scenes}
    assert names == {f"{place}-0.png" for place in range(20) if place != 3}


def test_one_place_cannot_be_cut() -> None:
    with pytest.raises(SignsError, match="1 different places are too few"):
        cut_scenes(packed([view(1), view(1), view(1)]), {}, PARAMS)


def test_folds_are_of_about_one_size_and_keep_groups_together() -> None:
    groups = np.array([f"g{number // 3}" for number in range(60)])
    folds = folds_of(groups, 5, seed=0)
    assert np.bincount(folds).tolist() == [12] * 5
    assert all(len(set(folds[groups == group])) == 1 for group in groups)
    assert not np.array_equal(folds, folds_of(groups, 5, seed=1))


def test_packed_scenes_come_back(tmp_path) -> None:  # type: ignore[no-untyped-def]
    scene = replace(
        view(1), boxes=np.array([[1, 2, 3, 4], [5, 6, 7, 8.5]], np.float32),
        labels=np.array([14, -1]),
    )  # fmt: skip
    before = packed([view(0), scene, view(2)])
    before.save(tmp_path / "scenes.npz")
    after = PackedScenes.load(tmp_path / "scenes.npz")
    assert (after.source, after.label_space) == (before.source, before.label_space)
    for one, other in zip(before.scenes, after.scenes, strict=True):
        assert (one.data, one.name) == (other.data, other.name)
        assert np.array_equal(one.boxes, other.boxes)
        assert np.array_equal(one.labels, other.labels)
    with pytest.raises(ValueError, match="labels must be -1 to 43"):
        packed([replace(scene, labels=np.array([14, 44]))])
