"""FROC, areas and intervals, counted by hand."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from signs.evaluation.bootstrap import interval
from signs.evaluation.scenes.bootstrap import resampled_precision, resamples
from signs.evaluation.scenes.curves import (
    area_under_precision_recall,
    benchmark_areas,
    froc,
    pooled_precision,
    precision_recall,
    recall_at,
)
from signs.evaluation.scenes.names import micro_precision, named_matches
from signs.evaluation.scenes.results import SceneResults
from signs.evaluation.scenes.tasks import judge
from tests.evaluation.scenes.made import (
    KEEP_RIGHT,
    LIMIT_30,
    RIGHT_OF_WAY,
    STOP,
    A,
    B,
    C,
    Hit,
    Sign,
    random_results,
    results_of,
)

NAN = float("nan")
SIGNS: list[Sign] = [(A, STOP), (B, STOP)]
FIRST, SECOND = (A, 0.9, STOP), (B, 0.7, STOP)
NOTHING: tuple[list[Sign], list[Hit]] = ([], [])


def false(score: float) -> Hit:
    return (C, score, STOP)


@pytest.mark.parametrize(
    ("hits", "empty", "recalls"),
    [
        ([FIRST, SECOND], 0, (1, 1, 1)),
        ([], 0, (0, 0, 0)),
        ([FIRST, false(0.8), SECOND], 0, (1, 0.5, 0.5)),
        # One false alarm in two scenes is more than 0.1 a scene, in ten it is not.
        ([FIRST, false(0.8), SECOND], 1, (1, 0.5, 0.5)),
        ([FIRST, false(0.8), SECOND], 9, (1, 1, 0.5)),
        ([FIRST, false(0.8), SECOND], 99, (1, 1, 1)),
        ([FIRST, false(0.95), SECOND], 0, (1, 0, 0)),
        ([FIRST, false(0.9), SECOND], 0, (1, 0, 0)),  # no threshold tells the two apart
        ([false(0.9), FIRST, false(0.8), SECOND], 0, (0.5, 0, 0)),
        ([FIRST, false(0.6)], 0, (0.5, 0.5, 0.5)),
    ],
)
def test_recall_at_false_alarms(
    hits: Sequence[Hit], empty: int, recalls: tuple[float, float, float]
) -> None:
    results = results_of((SIGNS, hits), *[NOTHING] * empty)
    curve = froc(judge(results, "score", "any sign"))
    assert tuple(recall_at(curve, rate) for rate in (1, 0.1, 0.01)) == recalls


def test_froc_by_hand() -> None:
    results = results_of((SIGNS, [FIRST, false(0.9), false(0.8), SECOND]), NOTHING)
    curve = froc(judge(results, "score", "any sign"))
    assert curve["score"].tolist() == pytest.approx([np.inf, 0.9, 0.8, 0.7])
    assert curve["false_alarms"].tolist() == [0, 0.5, 1, 1]
    assert curve["recall"].tolist() == [0, 0.5, 0.5, 1]


def test_without_signs_or_detections() -> None:
    nothing, alarm = results_of(NOTHING), results_of(([], [false(0.9)]))
    for results in (nothing, alarm):
        matches = judge(results, "score", "any sign")
        assert np.isnan(recall_at(froc(matches), 1))
        assert np.isnan(area_under_precision_recall(matches))
        assert precision_recall(matches)["recall"].isna().all()
    assert area_under_precision_recall(judge(results_of((SIGNS, [])), "score", "any sign")) == 0


@pytest.mark.parametrize(
    ("hits", "area"),
    [
        ([FIRST, SECOND], 1),
        ([FIRST], 0.5),
        ([FIRST, false(0.8)], 0.5),  # the recall stays
        # From (0.5, 1) down to (0.5, 1 / 2), then to (1, 2 / 3).
        ([FIRST, false(0.8), SECOND], 0.5 + 0.5 * (1 / 2 + 2 / 3) / 2),
        ([false(0.95), FIRST], 0.5 * (0 + 1 / 2) / 2),
    ],
)
def test_area_by_hand(hits: Sequence[Hit], area: float) -> None:
    matches = judge(results_of((SIGNS, hits)), "score", "any sign")
    assert area_under_precision_recall(matches) == pytest.approx(area)


@pytest.mark.parametrize(("bottom", "area"), [(12, 1), (11.9, 0)])
def test_the_benchmark_asks_for_an_iou_of_0_6(bottom: float, area: float) -> None:
    signs = [(A, LIMIT_30), (B, RIGHT_OF_WAY)]
    results = results_of((signs, [((0, 0, 20, bottom), 0.9, LIMIT_30), (B, 0.8, KEEP_RIGHT)]))
    areas = benchmark_areas(results, "score")
    assert list(areas) == ["prohibitory", "danger", "mandatory"]
    assert areas["prohibitory"] == pytest.approx(area)
    assert areas["danger"] == 0
    assert np.isnan(areas["mandatory"])


def test_resamples_draw_groups() -> None:
    results = results_of(*[NOTHING] * 6)
    alone = resamples(results, rounds=50, seed=1)
    assert alone.shape == (50, 6)
    assert (alone.sum(axis=1) == 6).all()
    assert (alone == resamples(results, rounds=50, seed=1)).all()
    assert (alone != resamples(results, rounds=50, seed=2)).any()
    grouped = replace(results, groups=np.array(["a", "b", "a", "c", "b", "b"]))
    together = resamples(grouped, rounds=50, seed=1)
    assert (together[:, 0] == together[:, 2]).all()
    assert (together[:, 1] == together[:, 4]).all()
    assert (together[:, [0, 1, 3]].sum(axis=1) == 3).all()


def test_a_resample_is_what_its_scenes_give() -> None:
    """The weights give what judging the drawn scenes, each as often as drawn, gives."""
    results = random_results(3, scenes=12)
    weights = resamples(results, rounds=20, seed=0)
    matches = named_matches(results)
    for row, value in zip(weights, resampled_precision([matches], weights), strict=True):
        places = np.repeat(np.arange(12), row).tolist()
        drawn = SceneResults(
            tuple(results.scenes[i] for i in places),
            tuple(results.answers[i] for i in places),
            results.label_space,
        )
        # Ties between scenes go by their order, which is the same here.
        assert value == pytest.approx(micro_precision(named_matches(drawn)), nan_ok=True)


def test_interval() -> None:
    values = np.append(np.linspace(0, 1, 1001), NAN)
    ends = interval(values)
    assert (ends.low, ends.high) == pytest.approx((0.025, 0.975))
    assert np.isnan(interval(np.array([NAN])).low)


def test_the_mean_leaves_out_what_a_resample_lacks() -> None:
    results = results_of(
        ([(A, LIMIT_30)], [(A, 0.9, LIMIT_30)]), ([(A, KEEP_RIGHT)], [(C, 0.9, KEEP_RIGHT)])
    )
    both = judge(results, "score", "category")
    weights = np.array([[1, 1], [2, 0], [0, 2], [0, 0]])
    values = resampled_precision([both.of(0), both.of(2)], weights)
    assert values.tolist() == pytest.approx([0.5, 1, 0, NAN], nan_ok=True)


def test_pooled_precision_reads_101_recalls() -> None:
    right = np.array([1.0, 0, 1])
    assert pooled_precision(right, 1 - right, 2) == pytest.approx((51 + 50 * 2 / 3) / 101)
