"""Average precision against cases counted by hand, and against a matcher written out."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.evaluation.scenes.coco import Doubles, overlaps
from signs.evaluation.scenes.curves import pooled_precision
from signs.evaluation.scenes.names import (
    class_table,
    mean_precision,
    micro_precision,
    named_matches,
)
from signs.evaluation.scenes.precision import precision_table, size_table
from signs.evaluation.scenes.results import Ranking, SceneResults, flat_found, flat_truth
from signs.evaluation.scenes.tasks import Kinds, Matches, as_task, judge, judged
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
    random_results,
    results_of,
    scene,
)

Pair = tuple[Sequence[Sign], Sequence[Hit]]
Change = Callable[[SceneResults], SceneResults]
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
    assert _pooled(matches) == pytest.approx(any_sign, nan_ok=True)
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


@pytest.mark.parametrize("kinds", ["any sign", "category", "class"])
@pytest.mark.parametrize("seed", range(8))
def test_against_a_matcher_written_out(seed: int, kinds: Kinds) -> None:
    results = random_results(seed)
    truth, found = flat_truth(results), judged(results, "score", kinds)
    task = as_task(results, truth, found, kinds)
    for iou in (0.5, 0.6):
        right, scores = [], []
        taken: set[int] = set()
        alike = task.found_frames[:, None] == task.truth_frames
        alike &= task.found_kinds[:, None] == task.truth_kinds
        exact = overlaps(task.found_boxes, task.truth_boxes)
        for row, box in enumerate(task.found_boxes.astype(np.float64)):
            signs = [i for i in np.flatnonzero(alike[row] & ~task.crowd) if i not in taken]
            best = max(signs, key=lambda i: (exact[row, i], i), default=None)
            if best is not None and exact[row, best] >= iou:
                taken.add(int(best))
            else:
                best = None
                regions = task.truth_boxes[alike[row] & task.crowd].astype(np.float64)
                if any(_share_inside(box, region) >= iou for region in regions):
                    continue
            right.append(best is not None)
            scores.append(float(task.scores[row]))
        matches = judge(results, "score", kinds, iou)
        assert matches.right.tolist() == right
        assert matches.scores.tolist() == scores
        if kinds == "any sign" and iou == 0.5:
            table = precision_table(results, "score")
            by_hand = _by_hand(right, int((~task.crowd).sum()))
            assert table["ap50"].iloc[0] == pytest.approx(by_hand, nan_ok=True)
            assert _pooled(matches) == pytest.approx(by_hand, nan_ok=True)


def _share_inside(box: Doubles, region: Doubles) -> float:
    sides = np.minimum(box[2:], region[2:]) - np.maximum(box[:2], region[:2])
    return float(sides.clip(0).prod() / (box[2:] - box[:2]).prod())


def _by_hand(right: list[bool], signs: int) -> float:
    if not signs:
        return NAN
    points = [(sum(right[:n]) / signs, sum(right[:n]) / n) for n in range(1, len(right) + 1)]
    levels = [level / 100 for level in range(101)]
    return sum(max((p for r, p in points if r >= level), default=0) for level in levels) / 101


def _pooled(matches: Matches) -> float:
    right = matches.right.astype(np.float64)
    return pooled_precision(right, 1 - right, float(matches.positives.sum()))


def test_all_detections_are_kept_in_order() -> None:
    results = random_results(1)
    found = flat_found(results, "score")
    assert len(found) == sum(map(len, results.answers))
    assert (np.diff(found.scores) <= 0).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: SceneResults((), (), GTSRB), "0 scenes"),
        (lambda r: SceneResults(r.scenes, r.answers * 2, GTSRB), "1 scenes, 2 answers"),
        (lambda r: SceneResults(r.scenes, r.answers, GTSRB, np.array(["a", "b"])), "groups"),
        (lambda r: SceneResults((scene([(A, 44)]),), r.answers, GTSRB), "labels must be -1 to 43"),
        (lambda r: SceneResults((scene([((5, 5, 4, 9), 1)]),), r.answers, GTSRB), "inverted"),
        (
            lambda r: SceneResults(r.scenes, (detections([((0, 0, NAN, 1), 1, 1)]),), GTSRB),
            "not finite",
        ),
        (lambda r: SceneResults(r.scenes, (detections([(A, NAN, 1)]),), GTSRB), "score is not"),
        (
            lambda r: SceneResults(r.scenes * 2, (r.answers[0], r.answers[0].candidates), GTSRB),
            "all be",
        ),
    ],
)
def test_results_are_checked(change: Change, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        change(results_of(([STOP_A], [RIGHT_A])))
