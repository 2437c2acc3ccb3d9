"""Intervals of average precision, by resampling scenes or groups of them.

The detections are matched once; a resample only changes how often those of each scene count.
"""

from collections.abc import Sequence

import numpy as np

from signs.evaluation.bootstrap import ROUNDS, resamples_of
from signs.evaluation.scenes.coco import Doubles
from signs.evaluation.scenes.curves import pooled_precision
from signs.evaluation.scenes.precision import mean_of_defined
from signs.evaluation.scenes.results import SceneResults
from signs.evaluation.scenes.tasks import Matches
from signs.records.scene import Labels


def resamples(results: SceneResults, rounds: int = ROUNDS, seed: int = 0) -> Labels:
    """How often each scene counts in each resample: int64[R, S].

    As `resamples_of`, where a scene is a group of its own if the groups are not known.
    """
    groups = np.arange(len(results)) if results.groups is None else results.groups
    return np.stack(list(resamples_of(groups, rounds, seed)))


def resampled_precision(matches: Sequence[Matches], weights: Labels) -> Doubles:
    """COCO's average precision in each resample: float64[R]; NaN without a sign.

    Args:
        matches: one for each kind; the mean over those with signs in the resample is taken.
        weights: as `resamples` makes them.
    """
    values = np.array([[_precision(some, row) for some in matches] for row in weights])
    return mean_of_defined(values, axis=1)


def _precision(matches: Matches, weights: Labels) -> float:
    of_detections = weights[matches.found.scenes].astype(np.float64)
    right = matches.right
    signs = float(weights @ matches.positives.sum(axis=1))
    return pooled_precision(of_detections * right, of_detections * ~right, signs)
