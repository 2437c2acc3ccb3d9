"""Corruptions, recrops and out-of-distribution images, and the tables of them."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.evaluation.corruptions import KINDS, SEVERITIES, corrupt
from signs.evaluation.metrics import (
    Results,
    per_class,
    reliability,
    risk_coverage,
    worst_class,
)
from signs.evaluation.out_of_distribution import (
    Scores,
    auroc,
    known_histogram,
    out_of_distribution_table,
)
from signs.evaluation.plots import draw_mistakes, draw_risk_coverage
from signs.evaluation.recrops import RECROPS, SIGN, Recrop, recrop
from signs.evaluation.robustness import (
    accuracy_with_interval,
    corruption_table,
    recrop_table,
    robustness_tables,
)
from signs.records.packed import Packed

RNG = np.random.default_rng(0)
PHOTO = np.asarray(
    Image.fromarray(RNG.integers(0, 256, (6, 5, 3), dtype=np.uint8)).resize((50, 60))
)


@pytest.mark.parametrize("kind", KINDS)
def test_corruptions_get_worse_and_come_again(kind: str) -> None:
    changes = []
    for severity in SEVERITIES:
        bad = [corrupt(PHOTO, kind, severity, number) for number in range(20)]
        assert all(b.shape == PHOTO.shape and b.dtype == np.uint8 for b in bad)
        changes.append(np.mean([np.abs(b.astype(float) - PHOTO).mean() for b in bad]))
        assert (corrupt(PHOTO, kind, severity, 7) == bad[7]).all()
    assert 0 < changes[0] < changes[1] < changes[2]


def test_corruptions_are_of_the_seed() -> None:
    first, second = (corrupt(PHOTO, "gaussian noise", 3, 0, seed) for seed in (0, 1))
    assert (first != second).any()


@pytest.mark.parametrize(("kind", "severity"), [("snow", 1), ("fog", 2)])
def test_unknown_corruptions_are_refused(kind: str, severity: int) -> None:
    with pytest.raises(ValueError, match="no corruption"):
        corrupt(PHOTO, kind, severity, 0)


def test_recrops_cut_and_extend() -> None:
    assert (recrop(PHOTO, RECROPS["plain"], 0) == PHOTO).all()
    tight = recrop(PHOTO, RECROPS["tight"], 0)
    assert tight.shape == (48, 40, 3)
    assert (tight == PHOTO[6:54, 5:45]).all()
    loose = recrop(PHOTO, RECROPS["loose"], 0)
    assert loose.shape == (96, 80, 3)
    assert SIGN * 60 == 96 / 2  # the sign fills half of it
    assert (loose[18:78, 15:65] == PHOTO).all()
    assert (loose[:18, 15:65] == PHOTO[0]).all()  # its own edge, repeated
    assert recrop(PHOTO, RECROPS["wide"], 0).shape == (60, 67, 3)
    assert recrop(PHOTO, RECROPS["high"], 0).shape == (80, 50, 3)


def test_a_shift_goes_to_each_corner() -> None:
    moved = {recrop(PHOTO, Recrop(shift=0.1), number).tobytes() for number in range(40)}
    assert len(moved) == 4
    down_right = PHOTO[np.clip(np.arange(60) + 6, 0, 59)][:, np.clip(np.arange(50) + 5, 0, 49)]
    assert down_right.tobytes() in moved


def test_tables_ask_of_every_picture() -> None:
    pictures, labels = [PHOTO, PHOTO[:30]], np.array([3, 4])
    recrops = recrop_table(pictures, labels, lambda asked: np.array([3] * len(asked)))
    assert list(recrops["recrop"]) == list(RECROPS)
    assert set(recrops["accuracy"]) == {0.5}
    corruptions = corruption_table(pictures, labels, lambda asked: labels)
    assert len(corruptions) == len(KINDS) * len(SEVERITIES)
    assert set(corruptions["accuracy"]) == {1.0}
    assert set(corruptions["images"]) == {2}


def test_robustness_tables_are_of_the_same_sample_at_the_packed_size() -> None:
    images = np.stack([np.full((8, 8, 3), 20 * n, np.uint8) for n in range(10)])
    photos = Packed(images, np.arange(10), np.arange(10).astype(str), "grays", GTSRB)
    asked: list[list[int]] = []

    def score(packed: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        assert packed.shape == (4, 8, 8, 3)
        asked.append((packed[:, 4, 4, 0] // 20).tolist())
        return np.eye(13)[asked[-1]]  # as many grays

    recrops, corruptions = robustness_tables(photos, 4, score)
    assert (recrops["accuracy"] == 1).all()  # a crop of gray is as gray
    assert len(corruptions) == len(KINDS) * len(SEVERITIES)
    first = asked[0]
    assert first == sorted(set(first))
    asked.clear()
    robustness_tables(photos, 4, score)
    assert asked[0] == first


def test_auroc() -> None:
    high, low = np.array([0.9, 0.8], np.float32), np.array([0.1, 0.85], np.float32)
    assert auroc(high, low) == pytest.approx(3 / 4)
    assert auroc(high, high) == 0.5


def test_the_table_of_negatives() -> None:
    known = np.array([0.9, 0.8, 0.7], np.float32)
    negatives = Scores(np.array([0.1, 0.75], np.float32), known[:2])
    table = out_of_distribution_table(Scores(known, known), {"object": negatives}, 0.7)
    (row,) = table.to_dict("records")
    assert row["accepted"] == row["accepted_at_1"] == 0.5
    assert row["auroc"] == pytest.approx(5 / 6)
    assert row["auroc_confidence"] < 0.5


def test_the_histogram_of_known() -> None:
    table = known_histogram({"signs": np.array([0.5, 0.5, 1.0], np.float32)})
    assert table["share"].sum() == pytest.approx(1)
    filled = table[table["share"] > 0]
    assert filled["share"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert filled["low"].iloc[0] <= 0 <= filled["high"].iloc[0]


def test_the_interval_is_wilson_s() -> None:
    """By hand for 8 of 10, with z = 1.96: (p + z^2/2n +- z sqrt(pq/n + z^2/4n^2)) / (1 + z^2/n)."""
    row = accuracy_with_interval(np.array([True] * 8 + [False] * 2))
    assert row == pytest.approx(
        {"images": 10, "accuracy": 0.8, "low": 0.4902, "high": 0.9433}, abs=1e-4
    )
    assert accuracy_with_interval(np.ones(300, bool))["low"] > 0.98


def test_a_test_part_of_one_image(tmp_path: Path) -> None:
    """Through all that `evaluate`, `robustness` and `report` make of it."""
    one = Packed(PHOTO[None, :48, :48], np.array([14]), np.array(["a"]), "one", GTSRB)
    probabilities = np.full((1, 43), 1 / 43, np.float32)
    results = Results(probabilities, one.labels, GTSRB)
    assert risk_coverage(results)["coverage"].tolist() == [1.0]
    assert len(reliability(results, 15)) == 1
    assert worst_class(per_class(results))[1] == 0.0
    recrops, corruptions = robustness_tables(one, 300, lambda images: probabilities)
    assert set(recrops["images"]) == set(corruptions["images"]) == {1}
    draw_risk_coverage(risk_coverage(results), tmp_path / "risk.png")
    draw_mistakes(one, results, 32, tmp_path / "mistakes.png")
    assert {path.name for path in tmp_path.iterdir()} == {"risk.png", "mistakes.png"}
