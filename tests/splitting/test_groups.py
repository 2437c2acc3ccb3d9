import numpy as np
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.errors import SignsError
from signs.splitting.groups import (
    check_disjoint,
    keep_fraction,
    require_classes,
    require_one_label,
    split_by_group,
)

NAMES = GTSRB.names


def example(groups_per_class: tuple[int, ...] = (20, 40, 7)) -> tuple[np.ndarray, np.ndarray]:
    """Classes with that many groups of 5 images each."""
    labels = np.concatenate([np.full(5 * n, c) for c, n in enumerate(groups_per_class)])
    groups = np.concatenate(
        [[f"{c}-{i // 5}" for i in range(5 * n)] for c, n in enumerate(groups_per_class)]
    )
    return labels, groups


def test_no_group_is_in_two_parts_and_no_row_is_lost() -> None:
    labels, groups = example()
    parts = split_by_group(labels, groups, {"val": 0.2, "test": 0.3}, 0, NAMES)
    assert list(parts) == ["train", "val", "test"]
    everything = np.concatenate(list(parts.values()))
    assert sorted(everything) == list(range(len(labels)))
    names = [set(groups[rows]) for rows in parts.values()]
    assert not names[0] & names[1]
    assert not names[0] & names[2]
    assert not names[1] & names[2]


def test_each_class_is_cut_in_proportion() -> None:
    labels, groups = example()
    parts = split_by_group(labels, groups, {"val": 0.2, "test": 0.3}, 0, NAMES)
    for label, count in enumerate((20, 40, 7)):
        for part, share in (("val", 0.2), ("test", 0.3)):
            got = len(set(groups[parts[part]][labels[parts[part]] == label]))
            assert got == max(1, round(share * count))


def test_the_seed_decides_and_classes_are_independent() -> None:
    labels, groups = example()
    one = split_by_group(labels, groups, {"val": 0.2}, 1, NAMES)["val"]
    assert (one == split_by_group(labels, groups, {"val": 0.2}, 1, NAMES)["val"]).all()
    assert set(one) != set(split_by_group(labels, groups, {"val": 0.2}, 2, NAMES)["val"])
    only_first = labels == 0
    alone = split_by_group(labels[only_first], groups[only_first], {"val": 0.2}, 1, NAMES)["val"]
    assert set(alone) == set(one[labels[one] == 0])


@pytest.mark.parametrize("shares", [{"val": 0.9, "test": 0.05}, {"val": 0.01, "test": 0.01}])
def test_every_part_gets_a_group_of_every_class(shares: dict[str, float]) -> None:
    labels, groups = example((3, 3, 4))
    parts = split_by_group(labels, groups, shares, 0, NAMES)
    for rows in parts.values():
        assert set(labels[rows]) == {0, 1, 2}


def test_too_few_groups() -> None:
    labels, groups = example((3, 1))
    with pytest.raises(SignsError, match=r"class 1 \(Speed limit \(30 km/h\)\) has 1 group"):
        split_by_group(labels, groups, {"val": 0.2}, 0, NAMES)


def test_a_group_with_two_labels_stays_whole() -> None:
    labels, groups = example()
    both = np.isin(groups, ["0-3", "1-5"])
    groups[both] = "x"
    parts = split_by_group(labels, groups, {"val": 0.5}, 0, NAMES)
    check_disjoint({name: groups[rows] for name, rows in parts.items()})
    (holder,) = [rows for rows in parts.values() if "x" in groups[rows]]
    assert set(np.flatnonzero(both)) <= set(holder)


def test_a_source_may_not_name_a_group_over_two_classes() -> None:
    labels, groups = example()
    require_one_label(labels, groups, NAMES)
    groups[np.isin(groups, ["0-3", "1-5"])] = "x"
    with pytest.raises(SignsError, match=r"group x has images of class 0 \(Speed.*\) and 1 \("):
        require_one_label(labels, groups, NAMES)


def test_check_disjoint() -> None:
    check_disjoint({"train": np.array(["a", "a"]), "val": np.array(["b"])})
    with pytest.raises(SignsError, match="group a is both in train and in val"):
        check_disjoint({"train": np.array(["a"]), "val": np.array(["b", "a"])})


def test_keep_fraction_keeps_whole_groups_and_nests() -> None:
    labels, groups = example()
    few = keep_fraction(labels, groups, 0.1, seed=0)
    more = keep_fraction(labels, groups, 0.5, seed=0)
    assert set(few) < set(more)
    assert (keep_fraction(labels, groups, 1.0, seed=0) == np.arange(len(labels))).all()
    for rows, counts in ((few, (2, 4, 1)), (more, (10, 20, 4))):
        for label, count in enumerate(counts):
            kept = groups[rows][labels[rows] == label]
            assert len(set(kept)) == count
            assert len(kept) == 5 * count


def test_missing_classes_are_named() -> None:
    every_class = np.arange(43)
    require_classes(every_class, every_class, NAMES, "the source")
    with pytest.raises(SignsError, match=r"the source: no image of class 14 \(Stop\); every"):
        require_classes(every_class[every_class != 14], every_class, NAMES, "the source")
