import numpy as np
import pytest

from signs.catalog.gtsrb import NUM_CLASSES, Category
from signs.evaluation.metrics import (
    Results,
    accuracy,
    calibration_error,
    category_accuracy,
    confusion,
    macro_f1,
    per_class,
    reliability,
    worst_class,
)


def results(pairs: list[tuple[int, int, float]]) -> Results:
    """From (truth, answer, confidence); the rest of the mass is spread over the other classes."""
    probabilities = np.zeros((len(pairs), NUM_CLASSES), np.float32)
    for row, (_, answer, confidence) in zip(probabilities, pairs, strict=True):
        row[:] = (1 - confidence) / (NUM_CLASSES - 1)
        row[answer] = confidence
    return Results(probabilities, np.array([truth for truth, _, _ in pairs]))


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
    assert category_accuracy(EXAMPLE) == {
        Category.SPEED_LIMIT: pytest.approx(2 / 3),
        Category.UNIQUE: pytest.approx(2 / 3),
    }
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
        Results(np.zeros(shape, np.float32), np.zeros(n, np.int64))
