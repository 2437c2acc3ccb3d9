"""Which images of an epoch come together in a batch."""

from collections.abc import Iterator

import torch
from torch import Tensor

from signs.catalog.label_space import LabelSpace


def sampling_weights(
    labels: Tensor, label_space: LabelSpace, balance: float, negative_share: float
) -> Tensor:
    """How often each image is drawn, relative to the others: its class's frequency ** -balance.

    Args:
        labels: int64[N], class ids or the label of a negative; not all of them negatives.
        label_space: that they are of.
        balance: 0 leaves the frequencies of classes as they are, 1 makes all equal.
        negative_share: share of what is drawn, below 1, that negatives have together, if there
            are any.

    Returns:
        float64[N].
    """
    counts = torch.bincount(labels, minlength=label_space.num_outputs).clamp(min=1).double()
    weights = (counts**-balance)[labels]
    is_negative = labels == label_space.negative_label
    if is_negative.any():
        of_signs = weights[~is_negative].sum()
        share = negative_share / (1 - negative_share)
        weights[is_negative] = share * of_signs / counts[label_space.negative_label]
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
