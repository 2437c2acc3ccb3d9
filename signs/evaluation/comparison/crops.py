"""Two recognizers on the same crops."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from signs.evaluation.bootstrap import ROUNDS, Counts, Difference, difference, resamples_of
from signs.evaluation.metrics import Results, bins_of
from signs.evaluation.summary import BINS

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judged:
    """A recognizer's answers on N crops, as far as figures of resamples need them.

    Attributes:
        labels, guesses: int64[N], the truth and the most probable class.
        confidence: float64[N], its probability.
        recognized: bool[N].
        order: int[N], the rows by confidence, the highest first.
        bins: int[N], where each falls in the reliability diagram.
    """

    labels: Counts
    guesses: Counts
    confidence: npt.NDArray[np.float64]
    recognized: Bools
    order: npt.NDArray[np.intp]
    bins: npt.NDArray[np.intp]

    @staticmethod
    def of(results: Results, recognized: Bools) -> "Judged":
        """What `results` say."""
        confidence = results.confidence
        return Judged(
            results.labels, results.guesses, confidence.astype(np.float64), recognized,
            np.argsort(-confidence, kind="stable"), bins_of(confidence, BINS),
        )  # fmt: skip

    @property
    def correct(self) -> Bools:
        """Whether the most probable class is the truth: bool[N]."""
        return self.guesses == self.labels


def compare(
    one: Judged,
    other: Judged,
    groups: npt.NDArray[np.generic],
    rounds: int = ROUNDS,
    seed: int = 0,
) -> dict[str, Difference]:
    """How much higher the figures of `other` are than those of `one`, by the names of `summary`.

    Args:
        one, other: on the same crops.
        groups: [N], what is resampled: the physical sign that each crop shows.
        rounds: resamples.
        seed: of the resamples.
    """
    rows = [np.ones(len(groups), np.int64), *resamples_of(groups, rounds, seed)]
    found = {}
    for name, figure in FIGURES.items():
        values = (np.array([figure(judged, row) for row in rows]) for judged in (one, other))
        found[name] = difference(*values)
    return found


def _accuracy(judged: Judged, weights: Counts) -> float:
    return float(weights[judged.correct].sum() / weights.sum())


def _macro_f1(judged: Judged, weights: Counts) -> float:
    """The mean over the classes that have a crop or an answer in the resample."""
    classes = int(max(judged.labels.max(), judged.guesses.max())) + 1
    hits = np.bincount(judged.labels, weights * judged.correct, classes)
    there = np.bincount(judged.labels, weights, classes)
    there += np.bincount(judged.guesses, weights, classes)
    return float((2 * hits[there > 0] / there[there > 0]).mean())


def _refused(judged: Judged, weights: Counts) -> float:
    return float(weights[~judged.recognized].sum() / weights.sum())


def _risk_coverage_area(judged: Judged, weights: Counts) -> float:
    rows = np.repeat(judged.order, weights[judged.order])
    wrong = np.cumsum(~judged.correct[rows])
    return float((wrong / np.arange(1, len(rows) + 1)).mean())


def _calibration_error(judged: Judged, weights: Counts) -> float:
    gaps = np.bincount(judged.bins, weights * (judged.correct - judged.confidence))
    return float(np.abs(gaps).sum() / weights.sum())


FIGURES: Mapping[str, Callable[[Judged, Counts], float]] = MappingProxyType(
    {
        "accuracy": _accuracy,
        "macro_f1": _macro_f1,
        "refused": _refused,
        "risk_coverage_area": _risk_coverage_area,
        "calibration_error": _calibration_error,
    }
)
