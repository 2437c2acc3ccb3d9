"""The comparison's arithmetic; its rows take hours and are run by hand."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from benchmarks.comparison.peer import Statistics
from benchmarks.comparison.scores import interval


@pytest.mark.parametrize("momentum", [0.01, 0.1])
def test_statistics_are_those_of_a_norm_with_that_momentum(momentum: float) -> None:
    norm = nn.BatchNorm2d(4, momentum=momentum)
    plain = nn.Sequential(nn.Conv2d(3, 4, 3), norm, nn.Conv2d(4, 2, 3))
    network = copy.deepcopy(plain)
    statistics = Statistics(network, momentum)
    for _ in range(5):
        batch = torch.rand(8, 3, 9, 9)
        assert torch.equal(network(batch), plain(batch))  # in training the momentum is no matter
        statistics.update()
    statistics.put()
    assert torch.allclose(network.eval()(batch), plain.eval()(batch), atol=1e-6)


def test_interval_resamples_whole_tracks() -> None:
    correct = np.array([True] * 90 + [False] * 10)
    alone = np.array([f"{i}" for i in range(100)])
    together = np.array([f"{i // 10}" for i in range(100)])  # one wrong track of ten
    low, high = interval(correct, alone)
    assert 0.82 < low < 0.88 < 0.93 < high < 0.97
    low, high = interval(correct, together)
    assert low == pytest.approx(0.7)
    assert high == 1.0


def test_interval_of_no_error_is_a_point() -> None:
    assert interval(np.ones(4, dtype=bool), np.array(["a", "a", "b", "c"])) == (1.0, 1.0)
