from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from signs.evaluation.metrics import Results
from signs.evaluation.plots import (
    draw_confusion,
    draw_learning_curves,
    draw_mistakes,
    draw_reliability,
    worst_mistakes,
)
from signs.records.packed import Packed


def noisy(packed: Packed, right: float) -> Results:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.full(43, 0.1), len(packed)).astype(np.float32)
    hit = rng.random(len(packed)) < right
    best = np.sort(probabilities, 1)[:, -1]
    probabilities[hit] *= 0.01
    probabilities[hit, packed.labels[hit]] = best[hit]
    return Results(probabilities, packed.labels)


def test_pictures_are_drawn_the_same_each_time(packed: Packed, tmp_path: Path) -> None:
    half, all_right = noisy(packed, 0.5), noisy(packed, 1.1)
    curves = pd.DataFrame(
        {"train_loss": [2, 1.0], "val_loss": [2, 0.5], "val_accuracy": [0.5, 1.0],
         "val_macro_f1": [0.4, 1.0]}
    )  # fmt: skip
    for results in (half, all_right):
        drawn = []
        for folder in (tmp_path / "a", tmp_path / "b"):
            draw_confusion(results, "noise", folder / "confusion.png")
            draw_reliability(half, results, 10, folder / "reliability.png")
            draw_learning_curves(curves, folder / "curves.png")
            draw_mistakes(packed, results, 12, folder / "mistakes.png")
            files = sorted(folder.iterdir())
            assert all(min(Image.open(f).size) > 100 for f in files)
            drawn.append([f.read_bytes() for f in files])
        assert drawn[0] == drawn[1]
        assert len(drawn[0]) == 4


def test_the_surest_mistakes_come_first_one_a_group(packed: Packed) -> None:
    results = noisy(packed, 0.5)
    rows = worst_mistakes(results, packed.groups, 20)
    assert len(rows) == 20
    assert not results.correct[rows].any()
    assert (np.diff(results.confidence[rows]) <= 0).all()
    assert len(set(packed.groups[rows])) == 20
    assert results.confidence[rows[0]] == results.confidence[~results.correct].max()
    assert len(worst_mistakes(noisy(packed, 1.1), packed.groups, 20)) == 0
