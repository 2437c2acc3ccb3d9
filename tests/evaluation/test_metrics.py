import numpy as np
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.evaluation.metrics import (
    Results,
    accuracy,
    area_under_risk_coverage,
    calibration_error,
    category_accuracy,
    confusion,
    macro_f1,
    per_class,
    reliability,
    risk_coverage,
    uncalibrated,
    worst_class,
)


def results(pairs: list[tuple[int, int, float]]) -> Results:
    """From (truth, answer, confidence); the rest of the mass is spread over the other classes."""
    probabilities = np.zeros((len(pairs), len(GTSRB)), np.float32)
    for row, (_, answer, confidence) in zip(probabilities, pairs, strict=True):
        row[:] = (1 - confidence) / (len(GTSRB) - 1)
        row[answer] = confidence
    return Results(probabilities, np.array([truth for truth, _, _ in pairs]), GTSRB)


# 2 of 3 photos of class 1 right, both of 14, none of 12, which is taken for 1.
EXAMPLE = results(
    [(1, 1, 0.9), (1, 1, 0.8), (1, 2, 0.6), (14, 14, 0.9), (14, 14, 0.9), (12, 1, 0.7)]
)


def test_by_hand() -> None:
    assert accuracy(EXAMPLE) == pytest.approx(4 / 6)
    table = per_class(EXAMPLE).set_index("class")
    assert list(table.index) == [
        "01 Speed limit (30 km/h)",
        "02 Speed limit (50 km/h)",
        "12 Priority road",
        "14 Stop",
    ]
    assert table["images"].tolist() == [3, 0, 1, 2]
    assert table["recall"].tolist() == pytest.approx([2 / 3, 0, 0, 1])
    assert table["precision"].tolist() == pytest.approx([2 / 3, 0, 0, 1])
    assert macro_f1(per_class(EXAMPLE)) == pytest.approx((2 / 3 + 0 + 0 + 1) / 4)
    assert worst_class(per_class(EXAMPLE)) == ("12 Priority road", 0.0)
    categories = category_accuracy(EXAMPLE)
    assert categories["category"].tolist() == ["speed limit", "unique"]
    assert categories["accuracy"].tolist() == pytest.approx([2 / 3, 2 / 3])
    counts = confusion(EXAMPLE)
    assert counts.sum() == 6
    assert counts[12, 1] == 1


def test_calibration_error_by_hand() -> None:
    # In ten bins three answers of 0.9 share one; 0.8 (right), 0.7 and 0.6 (wrong) are alone.
    expected = (3 * abs(1 - 0.9) + abs(1 - 0.8) + abs(0 - 0.7) + abs(0 - 0.6)) / 6
    assert calibration_error(EXAMPLE, 10) == pytest.approx(expected, abs=1e-6)
    table = reliability(EXAMPLE, 10)
    assert table["images"].sum() == 6
    assert (
        (table["confidence"] <= table["high"] + 1e-6) & (table["confidence"] > table["low"])
    ).all()


def test_a_calibrated_model_has_little_error() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.3, 1, 20_000)
    right = rng.random(20_000) < confidence
    honest = results([(1 if r else 2, 1, c) for r, c in zip(right, confidence, strict=True)])
    boastful = results([(1 if r else 2, 1, 0.99) for r in right])
    assert calibration_error(honest, 15) < 0.015
    assert calibration_error(boastful, 15) > 0.3


def test_certainty_falls_into_the_last_bin() -> None:
    sure = results([(1, 1, 1.0)])
    assert reliability(sure, 5)["high"].tolist() == [1.0]
    assert calibration_error(sure, 5) == 0


@pytest.mark.parametrize(("n", "shape"), [(0, (0, 43)), (2, (3, 43)), (2, (2, 42))])
def test_shapes_are_checked(n: int, shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="labels need probabilities"):
        Results(np.zeros(shape, np.float32), np.zeros(n, np.int64), GTSRB)


def test_risk_and_coverage_by_hand() -> None:
    # By confidence: 0.9 right, 0.9 right, 0.9 right, 0.8 right, 0.7 wrong, 0.6 wrong.
    table = risk_coverage(EXAMPLE)
    assert table["coverage"].tolist() == pytest.approx([n / 6 for n in range(1, 7)])
    assert table["errors"].tolist() == [0, 0, 0, 0, 1, 2]
    assert table["risk"].tolist() == pytest.approx([0, 0, 0, 0, 1 / 5, 2 / 6])
    assert table["confidence"].tolist() == pytest.approx([0.9, 0.9, 0.9, 0.8, 0.7, 0.6])
    assert area_under_risk_coverage(EXAMPLE) == pytest.approx((1 / 5 + 2 / 6) / 6)
    assert len(risk_coverage(EXAMPLE, points=3)) == 3
    assert risk_coverage(EXAMPLE, points=3)["coverage"].iloc[-1] == 1


@pytest.mark.parametrize("temperature", [0.6, 1.0, 2.5])
def test_temperature_scaling_is_undone(temperature: float) -> None:
    logits = np.random.default_rng(0).normal(0, 3, (20, 43))

    def softmax(z: np.ndarray) -> np.ndarray:
        powers = np.exp(z - z.max(1, keepdims=True))
        return (powers / powers.sum(1, keepdims=True)).astype(np.float32)

    undone = uncalibrated(softmax(logits / temperature), temperature)
    assert np.allclose(undone, softmax(logits), atol=1e-5)
