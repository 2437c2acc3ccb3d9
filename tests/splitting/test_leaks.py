from dataclasses import replace

import numpy as np
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.errors import SignsError
from signs.records.packed import Packed, concatenate
from signs.splitting.leaks import check_unlike, drop_groups, join_groups, search, separate
from signs.splitting.similarity import as_vectors
from tests.data.layouts import drive_past


def groups_of_frames(groups: int = 4, frames: int = 3, seed: int = 0) -> Packed:
    images, _ = drive_past(groups, frames, seed)
    names = np.repeat([f"{seed}-{i:03d}" for i in range(groups)], frames)
    return Packed(images, np.zeros(len(images), np.int64), names, f"source {seed}", GTSRB)


def copy(packed: Packed, row: int, group: str, label: int) -> Packed:
    one = packed.take(np.array([row]))
    return replace(one, groups=np.array([group]), labels=np.array([label]))


def test_joined_groups_get_one_name() -> None:
    groups = np.array(["d", "c", "b", "a", "a"])
    joined = join_groups(groups, np.array([[2, 3], [0, 2]]))
    assert joined.tolist() == ["a", "a", "b", "a", "a"]
    assert join_groups(groups, np.empty((0, 2), np.intp)).tolist() == groups.tolist()


@pytest.mark.parametrize("label", [0, 1])
def test_a_copy_links_two_groups_whatever_its_label(label: int) -> None:
    packed = groups_of_frames(100)
    both = concatenate([packed, copy(packed, 4, "a copy", label)])
    found = search(both, as_vectors(both.images))
    names = np.unique(both.groups)
    assert names[found.links].tolist() == [["0-001", "a copy"]]
    assert found.contradictions.images == 2 * label
    assert found.contradictions.pairs.tolist() == [[4, 300]] * label


def test_many_contradictory_labels_are_refused() -> None:
    packed = groups_of_frames(100)
    twice = concatenate([packed, replace(packed, labels=packed.labels + 1)])
    with pytest.raises(SignsError, match="600 of 600 images look the same as an image with anoth"):
        search(twice, as_vectors(twice.images))


def test_photos_like_a_test_image_are_found_whatever_its_label() -> None:
    packed = groups_of_frames(100)
    test = copy(packed, 4, "0-001", 1)
    found = search(packed, as_vectors(packed.images), test, as_vectors(test.images))
    assert found.like_test.tolist() == [4]
    assert found.links.tolist() == []
    assert found.contradictions.pairs.tolist() == [[4, 300]]


def test_groups_that_the_test_part_shows_too_are_left_out() -> None:
    packed = groups_of_frames(200)
    kept = packed.take(drop_groups(packed, np.array(["0-001"]), packed))
    assert len(kept) == len(packed) - 3
    assert "0-001" not in kept.groups
    with pytest.raises(SignsError, match=r"9 of 600 training images .* test on other photos"):
        drop_groups(packed, np.array(["0-000", "0-001", "0-003"]), packed)


@pytest.mark.parametrize("label", [0, 7])
def test_finished_parts_are_searched_whatever_groups_and_labels_say(label: int) -> None:
    packed = groups_of_frames()
    parts = {"train": packed, "val": groups_of_frames(seed=1), "test": groups_of_frames(seed=2)}
    assert all(part is parts[name] for name, part in separate(parts).items())
    parts["test"] = copy(packed, 0, "another name", label)
    with pytest.raises(
        SignsError, match=r"1 pairs .* in train \(group 0-000\) and test \(group another name\)"
    ):
        separate(parts)


def test_expendable_parts_give_way() -> None:
    packed = groups_of_frames()
    parts = {"train": packed, "negatives": groups_of_frames(seed=1), "more": packed}
    left = separate(parts, expendable=("negatives", "more"))
    assert left["train"] is packed
    assert left["negatives"] is parts["negatives"]
    assert len(left["more"]) == 0


def test_groups_that_are_wrong_are_noticed() -> None:
    photos = groups_of_frames(60, 12)
    order = np.random.default_rng(0).permutation(len(photos))
    parts = {"train": photos.take(order[:600]), "val": photos.take(order[600:])}
    vectors = {name: as_vectors(part.images) for name, part in parts.items()}
    with pytest.raises(SignsError, match=r"\d+% of the val images have a twin among the train"):
        check_unlike(parts, vectors)
    other = replace(parts["val"], labels=parts["val"].labels + 1)
    check_unlike({"train": parts["train"], "val": other}, vectors)
