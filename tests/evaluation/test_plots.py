from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from signs.evaluation import plots
from signs.evaluation.learning_curves import draw_detector_curves, draw_learning_curves
from signs.evaluation.metrics import Results, reliability, risk_coverage
from signs.evaluation.out_of_distribution import known_histogram
from signs.records.packed import Packed

RNG = np.random.default_rng(0)


def noisy(packed: Packed, right: float) -> Results:
    """Answers of which about a share is right."""
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.full(43, 0.1), len(packed)).astype(np.float32)
    hit = rng.random(len(packed)) < right
    best = np.sort(probabilities, 1)[:, -1]
    probabilities[hit] *= 0.01
    probabilities[hit, packed.labels[hit]] = best[hit]
    return Results(probabilities, packed.labels, packed.label_space)


def draw_all(packed: Packed, results: Results, folder: Path) -> list[Path]:
    """Every plot that the report has."""
    curves = {"train_loss": [2, 1.0], "val_loss": [2, 0.5], "val_accuracy": [0.5, 1.0]}
    severities = {"severity": [1, 3, 5], "accuracy": [0.9, 0.6, 0.2]}
    intervals = {"low": [0.8, 0.5, 0.1], "high": [0.95, 0.7, 0.3]}
    corruptions = pd.concat(
        pd.DataFrame({"corruption": f"kind {i}", **severities, **intervals}) for i in range(10)
    )
    spread = {"signs": np.full(9, 0.9, np.float32), "object": np.full(9, 0.1, np.float32)}
    plots.draw_confusion(results, "noise", folder / "confusion.png")
    plots.draw_reliability({"after": reliability(results, 10)}, folder / "reliability.png")
    plots.draw_risk_coverage(risk_coverage(results), folder / "risk_coverage.png")
    draw_detector_curves(pd.DataFrame(curves), folder / "detector_curves.png")
    draw_learning_curves(
        pd.DataFrame(curves | {"val_macro_f1": [0.4, 1.0]}), folder / "learning_curves.png"
    )
    plots.draw_known(known_histogram(spread), 0.4, folder / "known.png")
    plots.draw_corruptions({"ours": corruptions}, folder / "corruptions.png")
    plots.draw_mistakes(packed, results, 12, folder / "mistakes.png")
    return sorted(folder.iterdir())


@pytest.mark.parametrize("right", [0.5, 1.1], ids=["half", "all"])
def test_the_same_results_give_the_same_bytes(right: float, packed: Packed, tmp_path: Path) -> None:
    results = noisy(packed, right)
    first, again = (draw_all(packed, results, tmp_path / name) for name in ("a", "b"))
    assert len(first) == 8
    assert [f.read_bytes() for f in first] == [f.read_bytes() for f in again]


def ink(path: Path) -> int:
    """Pixels that are not white."""
    return int((np.asarray(Image.open(path).convert("L")) < 250).sum())


def off_diagonal(path: Path) -> int:
    """Red pixels: the counts of wrong answers."""
    red, green, _ = np.moveaxis(np.asarray(Image.open(path).convert("RGB")).astype(int), -1, 0)
    return int((red - green > 100).sum())


def test_pictures_show_what_they_are_given(packed: Packed, tmp_path: Path) -> None:
    """An empty figure would pass for any other."""
    wrong, right = noisy(packed, 0.0), noisy(packed, 1.1)
    for results, name in ((wrong, "wrong"), (right, "right")):
        plots.draw_confusion(results, "noise", tmp_path / f"confusion-{name}.png")
        plots.draw_mistakes(packed, results, 12, tmp_path / f"mistakes-{name}.png")
    assert off_diagonal(tmp_path / "confusion-right.png") == 0
    assert off_diagonal(tmp_path / "confusion-wrong.png") > 1000
    gallery = Image.open(tmp_path / "mistakes-wrong.png")
    assert gallery.height > 1.5 * Image.open(tmp_path / "mistakes-right.png").height  # 2 rows
    one = pd.DataFrame({"corruption": ["fog"] * 2, "severity": [1, 3], "accuracy": [0.9, 0.5]})
    plots.draw_corruptions({"ours": one}, tmp_path / "one.png")
    plots.draw_corruptions({"ours": one, "peer": one.assign(accuracy=0.1)}, tmp_path / "two.png")
    assert ink(tmp_path / "two.png") > ink(tmp_path / "one.png")


def test_style_is_not_left_behind(packed: Packed, tmp_path: Path) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    plots.draw_risk_coverage(risk_coverage(noisy(packed, 0.5)), tmp_path / "risk.png")
    assert dict(mpl.rcParams) == before


def test_the_most_confident_mistakes_come_first_one_a_group(packed: Packed) -> None:
    results = noisy(packed, 0.5)
    rows = plots.worst_mistakes(results, packed.groups, 20)
    assert len(rows) == 20
    assert not results.correct[rows].any()
    assert (np.diff(results.confidence[rows]) <= 0).all()
    assert len(set(packed.groups[rows])) == 20
    assert results.confidence[rows[0]] == results.confidence[~results.correct].max()
    assert len(plots.worst_mistakes(noisy(packed, 1.1), packed.groups, 20)) == 0
