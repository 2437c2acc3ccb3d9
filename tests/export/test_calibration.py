from dataclasses import replace

import numpy as np
import pytest
import torch

from signs.catalog.gtsrb import GTSRB
from signs.export.calibration import Calibration, fit_calibration, margins, outputs

RNG = np.random.default_rng(0)
K, OUTPUTS = len(GTSRB), GTSRB.num_outputs


def test_known_is_the_odds_of_the_best_class_against_the_negative() -> None:
    logits = torch.randn(9, OUTPUTS, generator=torch.Generator().manual_seed(0))
    spread = torch.softmax(logits, dim=1)
    best, negative = spread[:, :K].amax(1), spread[:, GTSRB.negative_label]
    expected = best / (best + negative)
    assert torch.allclose(torch.sigmoid(margins(logits, GTSRB)), expected, atol=1e-6)
    probabilities, known = outputs(logits, GTSRB, Calibration())
    assert torch.allclose(known, expected, atol=1e-6)
    assert torch.allclose(probabilities, spread[:, :K] / (1 - negative[:, None]), atol=1e-6)


def test_without_negatives_known_is_the_largest_probability() -> None:
    alone = replace(GTSRB, has_negatives=False)
    logits = torch.randn(9, K, generator=torch.Generator().manual_seed(0))
    probabilities, known = outputs(logits, alone, Calibration(temperature=2))
    assert torch.equal(known, probabilities.amax(1))
    labels = logits.argmax(1).numpy()
    fitted = fit_calibration(logits.numpy(), labels, np.empty((0, K), np.float32), alone)
    assert (fitted.slope, fitted.offset) == (1.0, 0.0)


def test_known_is_calibrated_between_as_many_signs_as_negatives() -> None:
    """The known slope and offset of a logistic model are found again, whatever the numbers."""
    slope, offset, count = 0.8, -1.5, 40_000
    margin = RNG.normal(2, 3, count)
    is_sign = RNG.random(count) < 1 / (1 + np.exp(-(slope * margin + offset)))
    logits = np.full((count, OUTPUTS), -20, np.float32)
    logits[:, 0], logits[:, GTSRB.negative_label] = margin, 0
    signs, negatives = logits[is_sign], logits[~is_sign]
    count = min(len(signs), len(negatives))  # as many of both; a tenth of one must change little
    labels = np.zeros(count, np.int64)
    whole = fit_calibration(signs[:count], labels, negatives[:count], GTSRB)
    few = fit_calibration(signs[:count], labels, negatives[: count // 10], GTSRB)
    # The balance of the classes shifts the offset, by the logarithm of the odds of the two.
    shift = np.log((~is_sign).sum() / is_sign.sum())
    assert whole.slope == pytest.approx(slope, rel=0.05)
    assert whole.offset == pytest.approx(offset + shift, abs=0.1)
    assert few.slope == pytest.approx(whole.slope, rel=0.1)
    assert few.offset == pytest.approx(whole.offset, abs=0.2)
