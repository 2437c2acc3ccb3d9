"""Which images of an epoch come together in a batch."""

from collections.abc import Iterator

import torch
from torch import Tensor

from signs.classes import NUM_OUTPUTS, OTHER


def sampling_weights(labels: Tensor, balance: float, others: float) -> Tensor:
    """How often each image is drawn, relative to the others: its class's frequency ** -balance.

    Args:
        labels: int64[N], classes or `OTHER`; not all of them `OTHER`.
        balance: 0 leaves the frequencies of classes as they are, 1 makes all equal.
        others: share of what is drawn, below 1, that images of no class have together, if there
            are any.

    Returns:
        float64[N].
    """
    counts = torch.bincount(labels, minlength=NUM_OUTPUTS).clamp(min=1).double()
    weights = (counts**-balance)[labels]
    is_other = labels == OTHER
    of_signs = weights[~is_other].sum()
    weights[is_other] = others / (1 - others) * of_signs / counts[OTHER]
    return weights


def epoch_batches(
    weights: Tensor, steps: int, batch_size: int, generator: torch.Generator
) -> Iterator[Tensor]:
    """Row numbers of an epoch's batches, int64[batch_size] each.

    Systematic sampling in random order: an image with `k` times the mean weight appears `k` times,
    rounded up or down at random, so that with equal weights no image is left out.

    Args:
        weights: float64[N], at least 0 and not all of them 0; images of weight 0 do not appear.
        steps: how many batches.
    """
    count = steps * batch_size
    edges = (weights / weights.sum()).cumsum(0) * count
    points = torch.arange(count) + torch.rand(1, generator=generator, dtype=weights.dtype)
    rows = torch.searchsorted(edges, points).clamp(max=len(weights) - 1)
    order = torch.randperm(count, generator=generator)
    yield from rows[order].split(batch_size)
