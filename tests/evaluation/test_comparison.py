"""Differences of two models: on all pictures those of their figures, in resamples too."""

from dataclasses import replace

import numpy as np
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.evaluation.bootstrap import difference, resamples_of
from signs.evaluation.comparison import crops, scenes
from signs.evaluation.comparison.crops import FIGURES, Judged
from signs.evaluation.metrics import Results
from signs.evaluation.scenes.bootstrap import resamples
from signs.evaluation.scenes.curves import froc, recall_at
from signs.evaluation.scenes.results import SceneResults
from signs.evaluation.scenes.summary import figures
from signs.evaluation.scenes.tasks import judge
from signs.evaluation.summary import summary
from tests.evaluation.scenes.made import LIMIT_30, A, random_results, results_of

CROPS = 120


def answers(seed: int) -> tuple[Results, np.ndarray]:
    """Of a recognizer that is right on about two of three crops of five classes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(CROPS) % 5 * 7
    probabilities = rng.dirichlet(np.full(len(GTSRB), 0.05), CROPS).astype(np.float32)
    probabilities[np.arange(CROPS), labels] += rng.random(CROPS).astype(np.float32)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return Results(probabilities, labels, GTSRB), rng.random(CROPS) < 0.9


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_a_resample_is_that_of_the_crops_drawn(name: str) -> None:
    results, recognized = answers(0)
    judged = Judged.of(results, recognized)
    whole = np.ones(CROPS, np.int64)
    for weights in (whole, *resamples_of(np.arange(CROPS) // 3, 5, seed=0)):
        rows = np.repeat(np.arange(CROPS), weights)
        drawn = Results(results.probabilities[rows], results.labels[rows], GTSRB)
        expected = summary(drawn, recognized[rows], 1.0)[name]
        assert FIGURES[name](judged, weights) == pytest.approx(expected, rel=1e-6)


def test_two_recognizers() -> None:
    (one, knows), (other, also) = answers(0), answers(1)
    a, b = Judged.of(one, knows), Judged.of(other, also)
    groups = np.arange(CROPS) // 4
    found = crops.compare(a, b, groups, rounds=200)
    for name, each in found.items():
        values = [summary(r, k, 1.0)[name] for r, k in ((one, knows), (other, also))]
        assert each.value == pytest.approx(float(values[1]) - float(values[0]))
        assert each.interval.low < each.value < each.interval.high
    assert found == crops.compare(a, b, groups, rounds=200)
    turned = crops.compare(b, a, groups, rounds=200)["accuracy"]
    assert turned.interval.low == pytest.approx(-found["accuracy"].interval.high)
    same = crops.compare(a, a, groups, rounds=10)
    assert {(d.value, d.interval.low, d.interval.high) for d in same.values()} == {(0, 0, 0)}


def test_larger_groups_widen_the_interval() -> None:
    """All crops of a group are right or wrong together."""
    labels = np.zeros(CROPS, np.int64)
    results = Results(np.full((CROPS, len(GTSRB)), 1 / len(GTSRB), np.float32), labels, GTSRB)
    right = replace_guesses(results, np.zeros(CROPS, np.int64))
    half = replace_guesses(results, np.arange(CROPS) // 10 % 2)
    known = np.ones(CROPS, np.bool_)
    widths = []
    for groups in (np.arange(CROPS), np.arange(CROPS) // 10):
        pair = Judged.of(half, known), Judged.of(right, known)
        ends = crops.compare(*pair, groups)["accuracy"].interval
        widths.append(ends.high - ends.low)
    assert widths[1] > 2 * widths[0]


def replace_guesses(results: Results, guesses: np.ndarray) -> Results:
    probabilities = results.probabilities.copy()
    probabilities[np.arange(len(guesses)), guesses] = 0.9
    return Results(probabilities, results.labels, results.label_space)


def test_two_detectors() -> None:
    one, other = random_results(3, scenes=12), random_results(4, scenes=12)
    other = replace(other, scenes=one.scenes)
    found = scenes.compare(one, other, rounds=50)
    before, after = figures(one), figures(other)
    assert set(found) == set(before) - {"small_ap50"}
    for name, each in found.items():
        assert each.value == pytest.approx(after[name] - before[name], abs=1e-9), name
        assert each.interval.low <= each.interval.high


def test_a_recall_of_a_resample_is_that_of_the_scenes_drawn() -> None:
    results = random_results(5, scenes=12)
    weights = resamples(results, rounds=20, seed=0)
    matches = judge(results, "score", "any sign")
    for rate in (0.1, 1.0):
        for row, value in zip(
            weights, scenes.resampled_recall(matches, weights, rate), strict=True
        ):
            places = np.repeat(np.arange(12), row).tolist()
            drawn = SceneResults(
                tuple(results.scenes[i] for i in places),
                tuple(results.answers[i] for i in places),
                GTSRB,
            )
            curve = froc(judge(drawn, "score", "any sign"))
            assert value == pytest.approx(recall_at(curve, rate), nan_ok=True)


def test_what_is_undefined_has_no_difference() -> None:
    empty = results_of(([], []), ([], [(A, 0.9, LIMIT_30)]))
    assert scenes.compare(empty, empty, rounds=10) == {}
    values = difference(np.array([0.5, 0.5, np.nan]), np.array([0.75, 0.5, np.nan]))
    assert (values.value, values.interval.low, values.interval.high) == (0.25, 0, 0)
