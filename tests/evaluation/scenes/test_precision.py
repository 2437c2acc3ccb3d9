"""Average precision against cases counted by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.evaluation.scenes.names import (
    class_table,
    mean_precision,
    micro_precision,
    named_matches,
)
from signs.evaluation.scenes.precision import precision_table, size_table
from signs.evaluation.scenes.results import Ranking, SceneResults
from signs.evaluation.scenes.tasks import judge
from signs.records.scene import IGNORED
from tests.evaluation.scenes.made import (
    A_HALF,
    A_LESS,
    KEEP_RIGHT,
    LIMIT_30,
    LIMIT_50,
    OUTSIDE,
    STOP,
    A,
    B,
    C,
    Hit,
    Sign,
    detections,
    results_of,
    scene,
)

Pair = tuple[Sequence[Sign], Sequence[Hit]]
NAN = float("nan")
STOP_A, LIMIT_B = (A, STOP), (B, LIMIT_30)
RIGHT_A, RIGHT_B = (A, 0.9, STOP), (B, 0.8, LIMIT_30)
# With one of two signs found, 51 of the 101 recalls are reached.
HALF = 51 / 101
BIG = (0.0, 0.0, 60.0, 60.0)  # a region that A lies in

CASES: dict[str, tuple[list[Pair], float, float]] = {
    # name: scenes, AP50 of any sign, micro-AP50 of names
    "perfect": ([([STOP_A, LIMIT_B], [RIGHT_A, RIGHT_B])], 1, 1),
    "no detections": ([([STOP_A], [])], 0, 0),
    "no truth": ([([], [RIGHT_A])], NAN, NAN),
    "neither": ([([], [])], NAN, NAN),
    "one of two": ([([STOP_A, LIMIT_B], [RIGHT_A])], HALF, HALF),
    "an IoU of 0.5": ([([STOP_A], [(A_HALF, 0.9, STOP)])], 1, 1),
    "an IoU below 0.5": ([([STOP_A], [(A_LESS, 0.9, STOP)])], 0, 0),
    "a double after it": ([([STOP_A], [RIGHT_A, (A, 0.8, STOP)])], 1, 1),
    "a double before the second": (
        [([STOP_A, LIMIT_B], [RIGHT_A, (A, 0.85, STOP), RIGHT_B])],
        (51 + 50 * 2 / 3) / 101,
        (51 + 50 * 2 / 3) / 101,
    ),
    "a false alarm before it": ([([STOP_A], [(C, 0.95, STOP), RIGHT_A])], 0.5, 0.5),
    "a false alarm in an empty scene": ([([STOP_A], [RIGHT_A]), ([], [(A, 0.95, STOP)])], 0.5, 0.5),
    "a wrong class": ([([STOP_A], [(A, 0.9, LIMIT_30)])], 1, 0),
    "a wrong class before the right one": (
        [([STOP_A], [(A, 0.95, LIMIT_30), RIGHT_A])],
        1,
        0.5,
    ),
    "on a region": ([([STOP_A, (B, IGNORED)], [(B, 0.95, STOP), RIGHT_A])], 1, 1),
    "twice on a region": (
        [([STOP_A, (B, IGNORED)], [(B, 0.95, STOP), (B, 0.94, LIMIT_30), RIGHT_A])],
        1,
        1,
    ),
    "in a large region": (
        [([(BIG, IGNORED), LIMIT_B], [(A, 0.95, STOP), RIGHT_B])],
        1,
        1,
    ),
    "a sign in a region": ([([(BIG, IGNORED), STOP_A], [RIGHT_A])], 1, 1),
    "on an outside sign": ([([STOP_A, (B, OUTSIDE)], [(B, 0.95, STOP), RIGHT_A])], 1, 0.5),
    "twice on an outside sign": (
        [([STOP_A, (B, OUTSIDE)], [(B, 0.95, STOP), (B, 0.94, STOP), RIGHT_A])],
        1,
        1 / 3,
    ),
    "an outside sign with an IoU of 0.5": (
        [([(A, OUTSIDE), LIMIT_B], [(A_HALF, 0.95, STOP), RIGHT_B])],
        1,
        0.5,
    ),
    "an outside sign with less": (
        [([(A, OUTSIDE), LIMIT_B], [(A_LESS, 0.95, STOP), RIGHT_B])],
        0.5,
        0.5,
    ),
    "a sign where an outside sign is too": ([([STOP_A, (A, OUTSIDE)], [RIGHT_A])], 1, 1),
    "ties go by the order": ([([STOP_A], [(C, 0.9, STOP), RIGHT_A])], 0.5, 0.5),
    "ties the other way around": ([([STOP_A], [RIGHT_A, (C, 0.9, STOP)])], 1, 1),
    "ties between scenes": ([([], [(A, 0.9, STOP)]), ([STOP_A], [RIGHT_A])], 0.5, 0.5),
    "an empty box": ([([STOP_A], [((5, 5, 5, 9), 0.95, STOP), RIGHT_A])], 0.5, 0.5),
}


@pytest.mark.parametrize(("scenes", "any_sign", "micro"), CASES.values(), ids=CASES.keys())
def test_by_hand(scenes: list[Pair], any_sign: float, micro: float) -> None:
    results = results_of(*scenes)
    table = precision_table(results, "score")
    assert table["ap50"].iloc[0] == pytest.approx(any_sign, nan_ok=True)
    matches = judge(results, "score", "any sign")
    assert micro_precision(matches) == pytest.approx(any_sign, nan_ok=True)
    assert micro_precision(named_matches(results)) == pytest.approx(micro, nan_ok=True)


def test_iou_thresholds() -> None:
    """With an IoU of 0.8, seven of COCO's ten thresholds are met."""
    results = results_of(([STOP_A], [((0, 0, 20, 16), 0.9, STOP)]))
    row = precision_table(results, "score").iloc[0]
    assert (row["ap50"], row["ap75"]) == (1, 1)
    assert row["ap50_95"] == pytest.approx(0.7)


def test_outside_signs_are_neutral_at_all_thresholds() -> None:
    loose = (100.0, 0.0, 120.0, 12.0)  # an IoU of 0.6 with B
    results = results_of(([STOP_A, (B, OUTSIDE)], [(loose, 0.95, STOP), RIGHT_A]))
    row = precision_table(results, "score").iloc[0]
    assert (row["ap50"], row["ap75"], row["ap50_95"]) == (1, 1, 1)


def test_categories() -> None:
    """A detection counts in the category of its class; the detector alone says its own."""
    right_category = (A, 0.9, LIMIT_50)
    results = results_of(([(A, LIMIT_30), (B, KEEP_RIGHT)], [right_category, (B, 0.8, STOP)]))
    by_class = precision_table(results, "score").set_index("of")
    assert by_class["ap50"].fillna(-1).tolist() == [1, 1, -1, 0, -1, 0.5]
    assert by_class["signs"].tolist() == [2, 1, 0, 1, 0, 2]
    alone = precision_table(results, "sign_score").set_index("of")  # all prohibitory, and tied
    assert alone["ap50"].fillna(-1).tolist() == [1, 1, -1, 0, -1, 0.5]


def test_the_detector_alone_has_its_own_ranking() -> None:
    road = scene([STOP_A])
    answer = detections([(C, 0.1, STOP), (A, 0.9, STOP)], sign_scores=[0.9, 0.8])
    both = SceneResults((road,), (answer,), GTSRB)
    alone = SceneResults((road,), (answer.candidates,), GTSRB)

    def any_sign(results: SceneResults, ranking: Ranking) -> float:
        return float(precision_table(results, ranking)["ap50"].iloc[0])

    assert any_sign(both, "score") == 1
    assert any_sign(both, "sign_score") == any_sign(alone, "sign_score") == 0.5
    assert (both.ranking, alone.ranking) == ("score", "sign_score")
    with pytest.raises(ValueError, match="recognizer"):
        any_sign(alone, "score")
    with pytest.raises(ValueError, match="recognizer"):
        named_matches(alone)


def square(side: float, left: float = 0) -> tuple[float, float, float, float]:
    return (left, 0, left + side, side)


@pytest.mark.parametrize(
    ("side", "sizes"),
    [
        (15.9, ["small", "small (Arcos-Garcia)"]),
        (16, ["16-24", "small", "small (Arcos-Garcia)"]),
        (23.5, ["16-24", "small", "small (Arcos-Garcia)"]),
        (24, ["24-32", "small", "small (Arcos-Garcia)"]),
        (32, ["32-48", "small (Arcos-Garcia)"]),  # from column 0 to 31
        (33, ["32-48", "medium (Arcos-Garcia)"]),
        (46, ["32-48", "medium (Arcos-Garcia)"]),
        (47, ["32-48", "large (Arcos-Garcia)"]),
        (48, ["48 and more", "large (Arcos-Garcia)"]),
    ],
)
def test_bounds_of_sizes(side: float, sizes: list[str]) -> None:
    results = results_of(([(square(side), LIMIT_30)], [(square(side), 0.9, LIMIT_30)]))
    table = size_table(results, "score")
    assert table.loc[table["signs"] == 1, "size"].tolist() == sizes
    for column in ("any_sign", "map50"):
        assert table.loc[table[column] == 1, "size"].tolist() == sizes
        assert table.loc[table[column].isna(), "size"].count() == len(table) - len(sizes)


def test_signs_of_other_sizes_are_ignored() -> None:
    small, large = square(20), square(60, left=100)
    hits = [(large, 0.95, STOP), (square(60, left=300), 0.94, STOP), (small, 0.9, STOP)]
    results = results_of(([(small, STOP), (large, STOP)], hits))
    table = size_table(results, "score").set_index("size")["any_sign"]
    assert table["16-24"] == table["small"] == 1  # neither the match nor the false alarm counts
    assert table["48 and more"] == 1  # the false alarm comes after the match


def test_many_detections_count() -> None:
    """COCO stops at 100 in a picture."""
    hits = [(square(3, left=50), 0.9, STOP)] * 400
    results = results_of(([STOP_A], [*hits, (A, 0.1, STOP)]))
    expected = pytest.approx(1 / 401)
    assert precision_table(results, "score")["ap50"].iloc[0] == expected


def test_classes() -> None:
    results = results_of(
        ([STOP_A, LIMIT_B], [RIGHT_A, RIGHT_B]), ([STOP_A], [(C, 0.99, STOP), (C, 0.9, KEEP_RIGHT)])
    )
    table = class_table(results)
    assert table["class"].tolist() == ["01 Speed limit (30 km/h)", "14 Stop"]
    assert table["signs"].tolist() == [1, 2]
    assert table["ap50"].tolist() == pytest.approx([1, 51 / 2 / 101])
    assert mean_precision(table) == pytest.approx((1 + 51 / 2 / 101) / 2)
    assert np.isnan(mean_precision(class_table(results_of(([], [])))))
