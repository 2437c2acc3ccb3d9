"""Pictures of how far a model can be trusted."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.ticker import PercentFormatter

from signs.evaluation.metrics import Results, calibration_error, reliability
from signs.evaluation.pictures import BLUE, GREY, RED, save

Floats = npt.NDArray[np.float32]
COLOURS = (BLUE, RED, "#007F62", "#C08A00", "#7A4A9E")
EDGES = np.linspace(-12, 12, 49)  # of log-odds


def draw_known(signs: Floats, others: Mapping[str, Floats], threshold: float, path: Path) -> None:
    """How `known` spreads over pictures of the signs and over each kind of others.

    Args:
        signs: float32[N].
        others: float32[M] for each kind.
        threshold: below which a picture is not recognised.
    """
    figure, axes = plt.subplots(figsize=(7, 4))
    groups = {"signs": signs, **others}
    for (name, known), colour in zip(groups.items(), (GREY, *COLOURS), strict=False):
        heights = np.histogram(_log_odds(known), EDGES)[0] / len(known)
        axes.stairs(heights, EDGES, color=colour, label=name, fill=name == "signs", alpha=0.8)
    axes.axvline(float(_log_odds(np.array(threshold))), color="black", linestyle="--", linewidth=1)
    ticks = (0.0001, 0.01, 0.5, 0.99, 0.9999)
    axes.set_xticks([float(_log_odds(np.array(tick))) for tick in ticks], [str(t) for t in ticks])
    axes.set(xlabel="known, on the scale of log-odds", ylabel="share of the pictures")
    axes.set_title("Known or not; dashed: the threshold")
    axes.legend(frameon=False)
    save(figure, path)


def draw_robustness(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Accuracy over severity for each corruption, a line for each model.

    Args:
        tables: by model, with the columns corruption, severity, accuracy.
    """
    kinds = list(dict.fromkeys(next(iter(tables.values()))["corruption"]))
    columns = 5
    figure, grid = plt.subplots(
        -(-len(kinds) // columns), columns, figsize=(11, 4.6), sharex=True, sharey=True
    )
    for axes, kind in zip(grid.flat, kinds, strict=True):
        for (name, table), colour in zip(tables.items(), COLOURS, strict=False):
            rows = table[table["corruption"] == kind]
            axes.plot(rows["severity"], rows["accuracy"], "o-", color=colour, label=name)
        axes.set(title=kind, ylim=(0, 1.02), xticks=sorted(rows["severity"]))
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.grid(color="#eeeeee")
    for axes in grid[-1]:
        axes.set_xlabel("severity")
    for axes in grid[:, 0]:
        axes.set_ylabel("accuracy")
    if len(tables) > 1:
        handles = grid.flat[0].get_legend_handles_labels()
        figure.legend(*handles, loc="outside upper right", ncols=4, frameon=False)
    figure.tight_layout(rect=(0, 0, 1, 0.95))
    save(figure, path)


def draw_file_reliability(results: Results, bins: int, path: Path) -> None:
    """Accuracy against confidence of the shipped file."""
    figure, axes = plt.subplots(figsize=(5, 4.2))
    table = reliability(results, bins)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label="perfect")
    error = calibration_error(results, bins)
    label = f"the file (calibration error {error:.4f})"
    axes.plot(table["confidence"], table["accuracy"], "o-", color=BLUE, label=label)
    axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1.03))
    axes.set_title("Reliability of the shipped file")
    axes.legend(frameon=False)
    save(figure, path)


def _log_odds(known: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    inside = known.astype(np.float64).clip(1e-5, 1 - 1e-5)
    return np.log(inside) - np.log1p(-inside)
