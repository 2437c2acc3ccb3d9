"""Plots of what training logged after each epoch."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from signs.evaluation.plots import BLUE, GRAY, GRID, RED, figure_for


def draw_learning_curves(epochs: pd.DataFrame, path: Path) -> None:
    """Loss, accuracy and macro-F1 of a recognizer over the epochs.

    Args:
        epochs: a row an epoch; columns train_loss, val_loss, val_accuracy, val_macro_f1.
    """
    with figure_for(path, 10, 3.8) as figure:
        left, right = figure.subplots(1, 2)
        number = np.arange(1, len(epochs) + 1)
        _draw_losses(left, epochs)
        left.set(ylabel="cross-entropy")
        right.plot(number, 1 - epochs["val_accuracy"], ".-", color=BLUE, label="1 - accuracy")
        right.plot(number, 1 - epochs["val_macro_f1"], ".-", color=RED, label="1 - macro-F1")
        right.set(title="Validation error")
        # A symmetric logarithm shows an error of exactly 0 too.
        right.set_yscale("symlog", linthresh=1e-3)
        right.set_ylim(bottom=0)
        for axes in (left, right):
            _finish(axes)


def draw_detector_curves(epochs: pd.DataFrame, path: Path) -> None:
    """Loss of a detector over the epochs.

    Args:
        epochs: a row an epoch; columns train_loss, val_loss.
    """
    with figure_for(path, 5.5, 3.8) as figure:
        axes = figure.subplots()
        _draw_losses(axes, epochs)
        axes.set(ylabel="loss of score, category and box")
        _finish(axes)


def _draw_losses(axes: Axes, epochs: pd.DataFrame) -> None:
    number = np.arange(1, len(epochs) + 1)
    axes.plot(number, epochs["train_loss"], ".-", color=GRAY, label="training (augmented)")
    axes.plot(number, epochs["val_loss"], ".-", color=BLUE, label="validation")
    axes.set(yscale="log", title="Loss")


def _finish(axes: Axes) -> None:
    axes.set(xlabel="epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False)
    axes.grid(color=GRID)
