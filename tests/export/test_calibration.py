import numpy as np
import pytest
import torch

from signs.catalog.gtsrb import NUM_CLASSES, NUM_OUTPUTS, OTHER
from signs.export.calibration import Calibration, fit_calibration, margins, outputs
from signs.training.sampling import sampling_weights

RNG = np.random.default_rng(0)


def test_known_is_the_odds_of_the_surest_class_against_none() -> None:
    logits = torch.randn(9, NUM_OUTPUTS, generator=torch.Generator().manual_seed(0))
    spread = torch.softmax(logits, dim=1)
    surest, none = spread[:, :NUM_CLASSES].amax(1), spread[:, OTHER]
    assert torch.allclose(torch.sigmoid(margins(logits)), surest / (surest + none), atol=1e-6)
    probabilities, known = outputs(logits, Calibration())
    assert torch.allclose(known, surest / (surest + none), atol=1e-6)
    assert torch.allclose(probabilities, spread[:, :NUM_CLASSES] / (1 - none[:, None]), atol=1e-6)


def test_known_is_calibrated_between_as_many_signs_as_others() -> None:
    """Of pictures whose `known` is about 0.7, 7 in 10 are signs, if both are as many."""
    labels = RNG.integers(NUM_CLASSES, size=4000)
    signs = RNG.normal(0, 1, (4000, NUM_OUTPUTS)).astype(np.float32)
    signs[np.arange(4000), labels] += 6
    signs[:, OTHER] += RNG.normal(0, 2, 4000)
    others = RNG.normal(0, 1, (4000, NUM_OUTPUTS)).astype(np.float32)
    others[:, OTHER] += RNG.normal(6, 3, 4000)
    fitted = fit_calibration(signs[::2], labels[::2], others[:400])  # the numbers do not matter
    known = [outputs(torch.from_numpy(z[1::2]), fitted)[1].numpy() for z in (signs, others)]
    both, truth = np.concatenate(known), np.repeat([1, 0], 2000)
    for low, high in ((0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9)):
        inside = (both >= low) & (both < high)
        assert truth[inside].mean() == pytest.approx(both[inside].mean(), abs=0.12)


@pytest.mark.parametrize("share", [0.0, 0.12, 0.5])
def test_others_have_their_share_of_what_is_drawn(share: float) -> None:
    labels = torch.tensor([0] * 50 + [1] * 10 + [OTHER] * 7)
    weights = sampling_weights(labels, 0.5, share)
    assert (weights[labels == OTHER].sum() / weights.sum()).item() == pytest.approx(share)


def test_without_others_nothing_changes() -> None:
    labels = torch.tensor([0, 0, 1])
    assert torch.equal(sampling_weights(labels, 1.0, 0.12), torch.tensor([0.5, 0.5, 1.0]).double())
