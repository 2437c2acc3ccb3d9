"""Intervals of figures, by resampling groups.

B. Efron, R. J. Tibshirani, "An introduction to the bootstrap", 1993: the percentile interval.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ROUNDS = 1000
LEVEL = 0.95

Doubles = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Interval:
    """An interval of confidence.

    Attributes:
        low, high: its ends; NaN where the figure is undefined in all resamples.
    """

    low: float
    high: float


def resamples_of(groups: npt.NDArray[np.generic], rounds: int, seed: int) -> Iterator[Counts]:
    """How often each member counts in each resample: int64[N], `rounds` times.

    As many groups as there are are drawn with replacement; members of one group are drawn together.
    The same groups and seed give the same resamples, so that two models can be compared on them.

    Args:
        groups: [N], the name of each member's group.
        rounds: resamples.
        seed: of the draws.
    """
    names, group_of_member = np.unique(groups, return_inverse=True)
    count = len(names)
    rng = np.random.default_rng(seed)
    for _ in range(rounds):
        yield rng.multinomial(count, np.full(count, 1 / count))[group_of_member]


def interval(values: Doubles) -> Interval:
    """The middle 95 % of what is not NaN."""
    defined = values[~np.isnan(values)]
    if not len(defined):
        return Interval(float("nan"), float("nan"))
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


@dataclass(frozen=True)
class Difference:
    """How much higher a figure of one model is than that of another, on the same pictures.

    Attributes:
        value: on all pictures.
        interval: of 95 %, from resamples in which both are judged on the same pictures.
    """

    value: float
    interval: Interval


def difference(one: Doubles, other: Doubles) -> Difference:
    """How much higher `other` is than `one`.

    Args:
        one, other: float64[1 + R], a figure on all pictures, then in each resample.
    """
    values = other - one
    return Difference(float(values[0]), interval(values[1:]))
