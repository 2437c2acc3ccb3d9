"""Plots of precision, recall and false alarms over the score."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.ticker import MultipleLocator, PercentFormatter

from signs.evaluation.plots import COLORS, GRAY, GRID, figure_for
from signs.evaluation.scenes.curves import RATES, recall_at

CORNER = 0.8  # where the second plot of precision and recall begins
LEAST_RATE = 0.001  # false alarms a scene, at the left edge of a plot


def draw_precision_recall(curves: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Precision over recall, a line for each curve: the whole, and the upper right corner.

    Args:
        curves: as `precision_recall` makes them, by the words of the legend; at most five.
    """
    with figure_for(path, 10, 4.3) as figure:
        grid = figure.subplots(1, 2)
        for axes, low in zip(grid, (0, CORNER), strict=True):
            for (name, curve), color in zip(curves.items(), COLORS, strict=False):
                # The first precision holds from a recall of 0 on.
                recall = [0, *curve["recall"]]
                precision = [*curve["precision"][:1], *curve["precision"]]
                axes.step(recall[: len(precision)], precision, color=color, label=name)
            end = 1 + 0.02 * (1 - low)
            axes.set(xlabel="recall", xlim=(low, end), ylim=(low, end))
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_major_locator(MultipleLocator((1 - low) / 5))
                axis.set_major_formatter(PercentFormatter(1, decimals=0))
            axes.grid(color=GRID)
        grid[0].set(ylabel="precision", title="Precision and recall")
        grid[1].set_title(f"From {CORNER:.0%} on")
        grid[0].legend(frameon=False, loc="lower left")


def draw_froc(curves: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Recall over false alarms a scene, by logarithm, a line for each curve; dots at `RATES`.

    Args:
        curves: as `froc` makes them, by the words of the legend; at most five.
    """
    with figure_for(path, 5.5, 4.5) as figure:
        axes = figure.subplots()
        for (name, curve), color in zip(curves.items(), COLORS, strict=False):
            rates = curve["false_alarms"].clip(lower=LEAST_RATE)
            axes.step(rates, curve["recall"], where="post", color=color, label=name)
            recalls = [recall_at(curve, rate) for rate in RATES]
            axes.plot(RATES, recalls, "o", color=color, markersize=4, clip_on=False)
        for rate in RATES:
            axes.axvline(rate, color=GRAY, linestyle=":", linewidth=0.8)
        axes.set(xscale="log", xlim=(LEAST_RATE, None), xlabel="false alarms a scene")
        low = _tenth_below([recall_at(curve, RATES[-1]) for curve in curves.values()])
        axes.set(ylabel="recall", ylim=(low, 1 + 0.02 * (1 - low)))
        axes.set_title("Recall against false alarms (FROC)")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.legend(frameon=False, loc="lower right")
        axes.grid(color=GRID)


def _tenth_below(recalls: Sequence[float]) -> float:
    """Where an axis may begin to show them all: a whole tenth, somewhat below the lowest."""
    lowest = min((recall for recall in recalls if not math.isnan(recall)), default=0.0)
    return max(0, math.floor(10 * lowest - 0.5) / 10)
