"""How a model's answers spread where nothing has drifted."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """How a number spreads over bins.

    Attributes:
        edges: between the bins, rising; a number on an edge falls into the bin above it.
        shares: of the images in each bin, one more than edges, of sum 1.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]

    def bin(self, value: float) -> int:
        """Where a number falls, from 0."""
        return bisect_right(self.edges, value)


# Of each kind of answer that is watched: the guessed class, its probability, `known`.
Reference = Mapping[str, Spread]
