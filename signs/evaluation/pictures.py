"""Pictures of a model's results, drawn without a display."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from signs.classes import CLASSES
from signs.evaluation.metrics import Results, calibration_error, confusion, reliability
from signs.files import atomic_path
from signs.packed import Packed

BLUE, RED, GREY = "#154889", "#C1121C", "#8a8f98"
plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.size": 9})


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, whole or not at all, and forget it."""
    with atomic_path(path) as temporary:
        # No version of matplotlib in the file: the same picture gives the same bytes.
        figure.savefig(temporary, dpi=130, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)


def draw_confusion(results: Results, title: str, path: Path) -> None:
    """The confusion matrix, truth by row; colour by logarithm, so that single mistakes show.

    Args:
        title: what the images are.
    """
    counts = confusion(results)
    figure, axes = plt.subplots(figsize=(11, 10))
    shown = np.ma.masked_equal(counts, 0)
    image = axes.imshow(shown, cmap="Blues", norm=LogNorm(1, max(2, counts.max())))
    for row, column in np.argwhere(counts):
        if row != column:
            count = counts[row, column]
            colour = "white" if count > counts.max() ** 0.6 else RED  # legible on its cell
            axes.text(column, row, count, ha="center", va="center", color=colour, size=7)
    ids = range(len(CLASSES))
    axes.set_xticks(ids, [str(i) for i in ids], rotation=90, fontsize=7)
    axes.set_yticks(ids, [f"{c.name}  {c.id}" for c in CLASSES], fontsize=7)
    axes.set_xlabel("answer")
    axes.set_ylabel("truth")
    axes.set_title(f"{title}: {int((~results.correct).sum())} errors in {len(results.labels)}")
    edges = np.arange(len(CLASSES) + 1) - 0.5
    axes.set_xticks(edges, minor=True)
    axes.set_yticks(edges, minor=True)
    axes.grid(which="minor", color="#eeeeee", linewidth=0.5)
    axes.tick_params(which="minor", length=0)
    figure.colorbar(image, ax=axes, label="images", fraction=0.03, pad=0.02)
    save(figure, path)


def draw_reliability(before: Results, after: Results, bins: int, path: Path) -> None:
    """Accuracy against confidence, before and after temperature scaling."""
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(5.5, 6.5), height_ratios=(3, 1), sharex=True
    )
    top.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label="perfect")
    for results, colour, name in ((before, GREY, "before scaling"), (after, BLUE, "calibrated")):
        table = reliability(results, bins)
        error = calibration_error(results, bins)
        label = f"{name} (calibration error {error:.4f})"
        top.plot(table["confidence"], table["accuracy"], "o-", color=colour, label=label)
        centres = (table["low"] + table["high"]) / 2
        shift = -0.2 if results is before else 0.2
        bottom.bar(
            centres + shift / bins, table["images"], width=0.4 / bins, color=colour, label=name
        )
    top.set(xlim=(0, 1), ylim=(0, 1.03), ylabel="accuracy", title="Reliability")
    top.legend(frameon=False, loc="best")
    bottom.set(xlabel="confidence", ylabel="images", yscale="log")
    save(figure, path)


def draw_learning_curves(epochs: pd.DataFrame, path: Path) -> None:
    """Loss, accuracy and macro-F1 over the epochs.

    Args:
        epochs: a row an epoch; columns train_loss, val_loss, val_accuracy, val_macro_f1.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8))
    number = np.arange(1, len(epochs) + 1)
    left.plot(number, epochs["train_loss"], ".-", color=GREY, label="training (augmented)")
    left.plot(number, epochs["val_loss"], ".-", color=BLUE, label="validation")
    left.set(xlabel="epoch", ylabel="cross-entropy", yscale="log", title="Loss")
    right.plot(number, 1 - epochs["val_accuracy"], ".-", color=BLUE, label="1 - accuracy")
    right.plot(number, 1 - epochs["val_macro_f1"], ".-", color=RED, label="1 - macro-F1")
    right.set(xlabel="epoch", title="Validation error")
    # A symmetric logarithm shows an error of exactly 0 too.
    right.set_yscale("symlog", linthresh=1e-3)
    right.set_ylim(bottom=0)
    for axes in (left, right):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(frameon=False)
        axes.grid(color="#eeeeee")
    save(figure, path)


def worst_mistakes(
    results: Results, tracks: npt.NDArray[np.str_], count: int
) -> npt.NDArray[np.intp]:
    """Rows of wrong answers, the most confident first, each track once; at most `count`.

    Args:
        tracks: str[N], in the order of `results`.
    """
    wrong = np.flatnonzero(~results.correct)
    wrong = wrong[np.argsort(-results.confidence[wrong], kind="stable")]
    _, first_of_track = np.unique(tracks[wrong], return_index=True)
    return wrong[np.sort(first_of_track)[:count]]


def draw_mistakes(test: Packed, results: Results, count: int, path: Path) -> None:
    """A gallery of the wrong answers that the model was surest of, one of each track.

    Args:
        test: the images, in the order of `results`.
        count: how many at most.
    """
    rows = worst_mistakes(results, test.tracks, count)
    columns = 8
    lines = max(1, -(-len(rows) // columns))
    figure, grid = plt.subplots(
        lines, columns, figsize=(1.75 * columns, 2.35 * lines), squeeze=False
    )
    for axes in grid.flat:
        axes.axis("off")
    for axes, row in zip(grid.flat, rows, strict=False):
        axes.imshow(test.images[row])
        truth, answer = CLASSES[results.labels[row]], CLASSES[results.guesses[row]]
        axes.set_title(
            f"is {_short(truth.name)}\nsaid {_short(answer.name)}\n{results.confidence[row]:.0%}",
            fontsize=7,
        )
    mistakes = int((~results.correct).sum())
    shown = f"{mistakes} mistakes, the surest of each track" if mistakes else "no mistake"
    figure.suptitle(f"{test.source}: {shown}", y=1.0)
    figure.tight_layout()
    save(figure, path)


def _short(name: str, length: int = 22) -> str:
    return name if len(name) <= length else f"{name[: length - 1].rstrip()}…"
