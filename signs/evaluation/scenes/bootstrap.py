"""Intervals of average precision, by resampling scenes or groups of them.

B. Efron, R. J. Tibshirani, "An introduction to the bootstrap", 1993: the percentile interval. The
detections are matched once; a resample only changes how often those of each scene count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signs.evaluation.scenes.coco import Doubles
from signs.evaluation.scenes.curves import pooled_precision
from signs.evaluation.scenes.precision import mean_of_defined
from signs.evaluation.scenes.results import SceneResults
from signs.evaluation.scenes.tasks import Matches
from signs.records.scene import Labels

ROUNDS = 1000
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """An interval of confidence.

    Attributes:
        low, high: its ends; NaN where no resample has a sign.
    """

    low: float
    high: float


def resamples(results: SceneResults, rounds: int = ROUNDS, seed: int = 0) -> Labels:
    """How often each scene counts in each resample: int64[R, S].

    As many groups as there are, or scenes where the groups are not known, are drawn with
    replacement; scenes of one group are drawn together. The same scenes, groups and seed give the
    same resamples, so that two models can be compared on them.
    """
    names = np.arange(len(results)) if results.groups is None else results.groups
    groups, group_of_scene = np.unique(names, return_inverse=True)
    count = len(groups)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), rounds)
    return drawn[:, group_of_scene]


def resampled_precision(matches: Sequence[Matches], weights: Labels) -> Doubles:
    """COCO's average precision in each resample: float64[R]; NaN without a sign.

    Args:
        matches: one for each kind; the mean over those with signs in the resample is taken.
        weights: as `resamples` makes them.
    """
    values = np.array([[_precision(some, row) for some in matches] for row in weights])
    return mean_of_defined(values, axis=1)


def interval(values: Doubles) -> Interval:
    """The middle 95 % of what is not NaN."""
    defined = values[~np.isnan(values)]
    if not len(defined):
        return Interval(float("nan"), float("nan"))
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


def _precision(matches: Matches, weights: Labels) -> float:
    of_detections = weights[matches.found.scenes].astype(np.float64)
    right = matches.right
    signs = float(weights @ matches.positives.sum(axis=1))
    return pooled_precision(of_detections * right, of_detections * ~right, signs)
