import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from signs.export.fitting import (
    MAX_TEMPERATURE,
    MIN_TEMPERATURE,
    fit_temperature,
    fit_threshold,
    softmax,
)


def draw(n: int, temperature: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose labels are drawn from softmax(logits / temperature)."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (n, 43)).astype(np.float32)
    gumbel = rng.gumbel(size=logits.shape)
    return logits, (logits / temperature + gumbel).argmax(1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_true_temperature_is_found(temperature: float) -> None:
    logits, labels = draw(20_000, temperature)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.03)


def test_it_agrees_with_a_general_minimizer() -> None:
    logits, labels = draw(300, 1.7)
    miss = 1 / (len(labels) + 2)
    targets = np.full(logits.shape, miss / 42)
    targets[np.arange(len(labels)), labels] = 1 - miss

    def loss(temperature: float) -> float:
        return -(targets * np.log(softmax(logits, temperature) + 1e-300)).sum()

    best = minimize_scalar(loss, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-6}).x
    assert fit_temperature(logits, labels) == pytest.approx(best, rel=1e-3)


def test_a_perfect_model_does_not_become_certain() -> None:
    labels = np.arange(43)
    logits = (np.eye(43) * 8).astype(np.float32)
    temperature = fit_temperature(logits, labels)
    assert temperature > MIN_TEMPERATURE
    assert softmax(logits, temperature).max() == pytest.approx(44 / 45, abs=1e-3)


def test_bounds_hold_for_useless_logits() -> None:
    labels = np.zeros(50, dtype=np.int64)
    wrong = np.zeros((50, 43), np.float32)
    wrong[:, 1] = 5
    assert fit_temperature(wrong, labels) == pytest.approx(MAX_TEMPERATURE, rel=0.01)
    flat = fit_temperature(np.zeros((50, 43), np.float32), labels)
    assert MIN_TEMPERATURE <= flat <= MAX_TEMPERATURE
    with pytest.raises(ValueError, match="at least one image"):
        fit_temperature(np.zeros((0, 43), np.float32), labels[:0])


def test_softmax_of_huge_logits() -> None:
    out = softmax(np.array([[1e4, 0, -1e4]], np.float32))
    assert out.tolist() == [[1, 0, 0]]


def test_threshold_rejects_at_most_the_share() -> None:
    rng = np.random.default_rng(0)
    known = rng.random(1000).astype(np.float32)
    correct = rng.random(1000) < 0.9
    threshold = fit_threshold(known, correct, 0.05)
    rejected = (known[correct] < threshold).mean()
    assert 0.045 < rejected <= 0.05
    assert fit_threshold(known, correct, 0.0) == known[correct].min()
    assert fit_threshold(known, np.zeros(1000, bool), 0.05) == 0.0
