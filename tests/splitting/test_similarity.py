import numpy as np
import pytest

from signs.errors import SignsError
from signs.records.packed import Packed
from signs.splitting.similarity import (
    as_vectors,
    check_no_near_duplicates,
    drop_groups_like,
    join_groups,
    near_duplicates,
)
from tests.data.layouts import drive_past


def groups_of_frames(groups: int = 4, frames: int = 3, seed: int = 0) -> Packed:
    images, _ = drive_past(groups, frames, seed)
    names = np.repeat([f"{seed}-{i}" for i in range(groups)], frames)
    return Packed(images, np.zeros(len(images), np.int64), names, f"source {seed}")


def test_likeness_is_a_correlation() -> None:
    images = groups_of_frames().images
    likeness = as_vectors(images) @ as_vectors(images).T
    assert np.allclose(np.diag(likeness), 1, atol=1e-5)
    darker = as_vectors((images[:1] * 0.5).astype(np.uint8))
    assert (as_vectors(images[:1]) @ darker.T).item() > 0.999
    flat = as_vectors(np.full((1, 32, 32, 3), 90, np.uint8))
    assert not flat.any()


def test_pairs_inside_a_set() -> None:
    packed = groups_of_frames()
    assert len(near_duplicates(packed, packed)) == 0
    twice = packed.take(np.array([0, 3, 6, 9, 3]))
    assert near_duplicates(twice, twice).tolist() == [[1, 4]]


def test_pairs_across_sets_are_of_one_class() -> None:
    packed = groups_of_frames()
    other = packed.take(np.array([5, 7]))
    assert near_duplicates(packed, other).tolist() == [[5, 0], [7, 1]]
    others = Packed(other.images, np.array([0, 1]), other.groups, "s")
    assert near_duplicates(packed, others).tolist() == [[5, 0]]


def test_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signs.splitting.similarity.ROWS_AT_ONCE", 2)
    packed = groups_of_frames()
    assert near_duplicates(packed, packed.take(np.array([5]))).tolist() == [[5, 0]]


def test_joined_groups_get_one_name() -> None:
    groups = np.array(["d", "c", "b", "a", "a"])
    joined = join_groups(groups, np.array([[0, 1], [1, 3]]))
    assert joined.tolist() == ["a", "a", "b", "a", "a"]
    assert join_groups(groups, np.empty((0, 2), np.intp)).tolist() == groups.tolist()


def test_groups_that_the_test_part_shows_too_are_left_out() -> None:
    packed = groups_of_frames(groups=200)
    copy = packed.take(np.array([4]))
    kept = drop_groups_like(packed, copy)
    assert len(kept) == len(packed) - 3
    assert "0-1" not in kept.groups
    assert len(drop_groups_like(packed, groups_of_frames(seed=1))) == len(packed)
    with pytest.raises(SignsError, match=r"9 of 600 training images .* test on other photos"):
        drop_groups_like(packed, packed.take(np.array([1, 4, 9])))


def test_finished_parts_are_searched_whatever_their_groups_say() -> None:
    packed = groups_of_frames()
    parts = {"train": packed, "val": groups_of_frames(seed=1), "test": groups_of_frames(seed=2)}
    check_no_near_duplicates(parts)
    leaked = packed.take(np.array([0]))
    parts["test"] = Packed(leaked.images, leaked.labels, np.array(["another name"]), "s")
    with pytest.raises(SignsError, match=r"1 pairs .* both train and test, .* 0-0 and another"):
        check_no_near_duplicates(parts)
