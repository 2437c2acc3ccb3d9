"""Corruptions, framings, and what they and `known` are summed up to."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from PIL import Image

from signs.evaluation.corruptions import KINDS, SEVERITIES, corrupt
from signs.evaluation.recrops import FRAMINGS, SIGN, Framing, reframe
from signs.evaluation.out_of_distribution import errors_among_surest, known_table, separation
from signs.evaluation.metrics import Results
from signs.evaluation.robustness import corruption_table, framing_table, corrupted_tables
from signs.evaluation.robustness_plots import draw_file_reliability, draw_known, draw_robustness
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


def test_framings_crop_and_add() -> None:
    assert (reframe(PHOTO, FRAMINGS["plain"], 0) == PHOTO).all()
    tight = reframe(PHOTO, FRAMINGS["tight"], 0)
    assert tight.shape == (48, 40, 3)
    assert (tight == PHOTO[6:54, 5:45]).all()
    loose = reframe(PHOTO, FRAMINGS["loose"], 0)
    assert loose.shape == (96, 80, 3)
    assert SIGN * 60 == 96 / 2  # the sign fills half of it
    assert (loose[18:78, 15:65] == PHOTO).all()
    assert (loose[:18, 15:65] == PHOTO[0]).all()  # its own edge, repeated
    assert reframe(PHOTO, FRAMINGS["wide"], 0).shape == (60, 67, 3)
    assert reframe(PHOTO, FRAMINGS["high"], 0).shape == (80, 50, 3)


def test_a_shift_goes_to_each_corner() -> None:
    moved = {reframe(PHOTO, Framing(shift=0.1), number).tobytes() for number in range(40)}
    assert len(moved) == 4
    down_right = PHOTO[np.clip(np.arange(60) + 6, 0, 59)][:, np.clip(np.arange(50) + 5, 0, 49)]
    assert down_right.tobytes() in moved


def test_tables_ask_of_every_picture() -> None:
    pictures, labels = [PHOTO, PHOTO[:30]], np.array([3, 4])
    framings = framing_table(pictures, labels, lambda asked: np.array([3] * len(asked)))
    assert list(framings["framing"]) == list(FRAMINGS)
    assert set(framings["accuracy"]) == {0.5}
    corruptions = corruption_table(pictures, labels, lambda asked: labels)
    assert len(corruptions) == len(KINDS) * len(SEVERITIES)
    assert set(corruptions["accuracy"]) == {1.0}
    assert set(corruptions["images"]) == {2}


def test_corrupted_tables_are_of_the_same_sample_at_the_packed_size() -> None:
    images = np.stack([np.full((8, 8, 3), 20 * n, np.uint8) for n in range(10)])
    photos = Packed(images, np.arange(10), np.arange(10).astype(str), "grays")
    asked: list[list[int]] = []

    def score(packed: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        assert packed.shape == (4, 8, 8, 3)
        asked.append((packed[:, 4, 4, 0] // 20).tolist())
        return np.eye(13)[asked[-1]]  # as many grays

    framings, corruptions = corrupted_tables(photos, 4, score)
    assert (framings["accuracy"] == 1).all()  # a crop of gray is as gray
    assert len(corruptions) == len(KINDS) * len(SEVERITIES)
    first = asked[0]
    assert first == sorted(set(first))
    asked.clear()
    corrupted_tables(photos, 4, score)
    assert asked[0] == first


def test_separation() -> None:
    high, low = np.array([0.9, 0.8], np.float32), np.array([0.1, 0.85], np.float32)
    assert separation(high, low) == pytest.approx(3 / 4)
    assert separation(high, high) == 0.5


def test_the_table_of_known() -> None:
    signs = np.array([0.9, 0.8, 0.7], np.float32)
    others = np.array([0.1, 0.75], np.float32)
    table = known_table((signs, signs), {"object": (others, signs[:2])}, 0.7)
    (row,) = table.to_dict("records")
    assert row["accepted"] == row["accepted_at_1"] == 0.5
    assert row["auroc"] == pytest.approx(5 / 6)
    assert row["auroc_probability"] < 0.5


def test_errors_among_the_surest() -> None:
    confidence = np.linspace(0.5, 0.99, 50, dtype=np.float32)
    probabilities = np.zeros((50, 43), np.float32)
    probabilities[:, 0], probabilities[:, 1] = confidence, 1 - confidence
    labels = np.zeros(50, dtype=np.int64)
    labels[[0, 49]] = 1  # wrong where it is least and most sure
    results = Results(probabilities, labels)
    assert errors_among_surest(results, 1.0) == 2
    assert errors_among_surest(results, 0.98) == 1


def test_pictures(tmp_path: Path) -> None:
    known = RNG.random(50).astype(np.float32)
    draw_known(known, {"object": known, "nothing": known}, 0.4, tmp_path / "known.png")
    table = pd.DataFrame(
        [{"corruption": k, "severity": s, "accuracy": 0.5} for k in KINDS for s in SEVERITIES]
    )
    draw_robustness({"ours": table, "peer": table}, tmp_path / "corruptions.png")
    probabilities = RNG.dirichlet(np.ones(43), 50).astype(np.float32)
    draw_file_reliability(Results(probabilities, np.zeros(50, np.int64)), 10, tmp_path / "r.png")
    for path in tmp_path.iterdir():
        with Image.open(path) as picture:
            assert min(picture.size) > 300
