"""Pictures of a model's results, drawn without a display."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from signs.evaluation.metrics import Results, confusion
from signs.files import atomic_path
from signs.records.packed import Packed

BLUE, RED, GRAY = "#154889", "#C1121C", "#8a8f98"
COLORS = (BLUE, RED, "#007F62", "#C08A00", "#7A4A9E")
STYLE: Any = {"axes.spines.top": False, "axes.spines.right": False, "font.size": 9}
GRID = "#eeeeee"


@contextmanager
def figure_for(path: Path, width: float, height: float) -> Iterator[Figure]:
    """A figure to draw in; written as PNG, whole or not at all, when the block ends.

    Args:
        width, height: in inches, at 130 dots each.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
        FigureCanvasAgg(figure)
        yield figure
        with atomic_path(path) as temporary:
            # No version of matplotlib in the file: the same picture gives the same bytes.
            figure.savefig(temporary, dpi=130, bbox_inches="tight", metadata={"Software": None})


def draw_confusion(results: Results, title: str, path: Path) -> None:
    """The confusion matrix, truth by row; color by logarithm, so that single mistakes show.

    Args:
        title: what the images are.
    """
    counts, names = confusion(results), results.label_space.names
    ids = range(len(names))
    with figure_for(path, 11, 10) as figure:
        axes = figure.subplots()
        shown = np.ma.masked_equal(counts, 0)
        image = axes.imshow(shown, cmap="Blues", norm=LogNorm(1, max(2, counts.max())))
        for row, column in np.argwhere(counts):
            if row != column:
                count = counts[row, column]
                color = "white" if count > counts.max() ** 0.6 else RED  # legible on its cell
                axes.text(column, row, count, ha="center", va="center", color=color, size=7)
        axes.set_xticks(ids, [str(i) for i in ids], rotation=90, fontsize=7)
        axes.set_yticks(ids, [f"{names[i]}  {i}" for i in ids], fontsize=7)
        axes.set_xlabel("answer")
        axes.set_ylabel("truth")
        axes.set_title(f"{title}: {int((~results.correct).sum())} errors in {len(results.labels)}")
        edges = np.arange(len(names) + 1) - 0.5
        axes.set_xticks(edges, minor=True)
        axes.set_yticks(edges, minor=True)
        axes.grid(which="minor", color=GRID, linewidth=0.5)
        axes.tick_params(which="minor", length=0)
        figure.colorbar(image, ax=axes, label="images", fraction=0.03, pad=0.02)


def draw_reliability(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Accuracy against confidence.

    Args:
        tables: as `reliability` makes them, by the words of the legend; at most two.
    """
    with figure_for(path, 5.5, 6.5) as figure:
        top, bottom = figure.subplots(2, 1, height_ratios=(3, 1), sharex=True)
        top.plot([0, 1], [0, 1], color=GRAY, linestyle="--", linewidth=1, label="perfect")
        for place, (name, table) in enumerate(tables.items()):
            color = (BLUE, GRAY)[place]
            top.plot(table["confidence"], table["accuracy"], "o-", color=color, label=name)
            width = float((table["high"] - table["low"]).iloc[0])
            centers = (table["low"] + table["high"]) / 2 + (0.2, -0.2)[place] * width
            bottom.bar(centers, table["images"], width=0.4 * width, color=color)
        top.set(xlim=(0, 1), ylim=(0, 1.03), ylabel="accuracy", title="Reliability")
        top.legend(frameon=False, loc="best")
        bottom.set(xlabel="confidence", ylabel="images", yscale="log")


def draw_risk_coverage(table: pd.DataFrame, path: Path) -> None:
    """Share of wrong answers over the share of images that are answered.

    Args:
        table: as `risk_coverage` makes it.
    """
    with figure_for(path, 6, 4) as figure:
        axes = figure.subplots()
        axes.plot(table["coverage"], table["risk"], color=BLUE)
        axes.set(xlabel="coverage: images answered, the most confident first", xlim=(0, 1))
        axes.set(ylabel="risk: wrong answers among them", ylim=(0, None), title="Risk and coverage")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1))
        axes.grid(color=GRID)


def draw_known(histogram: pd.DataFrame, threshold: float, path: Path) -> None:
    """How `known` spreads over signs and over each kind of negative.

    Args:
        histogram: as `known_histogram` makes it.
        threshold: below which an image is not recognized.
    """
    with figure_for(path, 7, 4) as figure:
        axes = figure.subplots()
        groups = histogram.groupby("pictures", sort=False)
        for (name, rows), color in zip(groups, (GRAY, *COLORS), strict=False):
            edges = np.append(rows["low"], rows["high"].iloc[-1])
            axes.stairs(
                rows["share"], edges, color=color, label=name, fill=name == "signs", alpha=0.8
            )
        axes.axvline(_log_odds(threshold), color="black", linestyle="--", linewidth=1)
        ticks = (0.0001, 0.01, 0.5, 0.99, 0.9999)
        axes.set_xticks([_log_odds(tick) for tick in ticks], [str(tick) for tick in ticks])
        axes.set(xlabel="known, on the scale of log-odds", ylabel="share of the images")
        axes.set_title("Signs and negatives; dashed: the threshold")
        axes.legend(frameon=False)


def draw_corruptions(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Accuracy over severity for each corruption, a line for each model.

    Args:
        tables: as `corruption_table` makes them, by model.
    """
    kinds = list(dict.fromkeys(next(iter(tables.values()))["corruption"]))
    columns = min(5, len(kinds))
    lines = -(-len(kinds) // columns)
    with figure_for(path, 2.2 * columns, 2.3 * lines) as figure:
        grid = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
        for axes, kind in zip(grid.flat, kinds, strict=False):
            for (name, table), color in zip(tables.items(), COLORS, strict=False):
                rows = table[table["corruption"] == kind]
                axes.plot(rows["severity"], rows["accuracy"], "o-", color=color, label=name)
                if "low" in rows:
                    axes.fill_between(
                        rows["severity"], rows["low"], rows["high"], color=color, alpha=0.15
                    )
            axes.set(title=kind, ylim=(0, 1.02), xticks=sorted(rows["severity"]))
            axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
            axes.grid(color=GRID)
        for axes in grid[-1]:
            axes.set_xlabel("severity")
        for axes in grid[:, 0]:
            axes.set_ylabel("accuracy")
        if len(tables) > 1:
            handles = grid.flat[0].get_legend_handles_labels()
            figure.legend(*handles, loc="outside upper right", ncols=4, frameon=False)
        figure.tight_layout(rect=(0, 0, 1, 0.95))


def worst_mistakes(
    results: Results, groups: npt.NDArray[np.str_], count: int
) -> npt.NDArray[np.intp]:
    """Rows of wrong answers, the most confident first, each group once; at most `count`.

    Args:
        groups: str[N], in the order of `results`.
    """
    wrong = np.flatnonzero(~results.correct)
    wrong = wrong[np.argsort(-results.confidence[wrong], kind="stable")]
    _, first_of_group = np.unique(groups[wrong], return_index=True)
    return wrong[np.sort(first_of_group)[:count]]


def draw_mistakes(test: Packed, results: Results, count: int, path: Path) -> None:
    """A gallery of the most confident wrong answers, one of each group.

    Args:
        test: the images, in the order of `results`.
        count: how many at most.
    """
    rows = worst_mistakes(results, test.groups, count)
    draw_wrong(list(test.images[rows]), results, rows, test.source, path)


def draw_wrong(
    images: Sequence[npt.NDArray[np.uint8]],
    results: Results,
    rows: npt.NDArray[np.intp],
    source: str,
    path: Path,
) -> None:
    """The same for images that are not packed.

    Args:
        images: uint8[H, W, 3] each, those at `rows` of `results`.
        source: where they come from, for the title.
    """
    names, columns = results.label_space.names, 8
    lines = max(1, -(-len(rows) // columns))
    with figure_for(path, 1.75 * columns, 2.35 * lines) as figure:
        grid = figure.subplots(lines, columns, squeeze=False)
        for axes in grid.flat:
            axes.axis("off")
        for axes, row, image in zip(grid.flat, rows, images, strict=False):
            axes.imshow(image)
            truth, answer = (_short(names[i]) for i in (results.labels[row], results.guesses[row]))
            confidence = f"{results.confidence[row]:.0%}"
            axes.set_title(f"is {truth}\nanswer {answer}\n{confidence}", fontsize=7)
        wrong = int((~results.correct).sum())
        shown = f"{wrong} mistakes, the most confident of each group" if wrong else "no mistake"
        figure.suptitle(f"{source}: {shown}", y=1.0)
        figure.tight_layout()


def _log_odds(share: float) -> float:
    inside = min(max(share, 1e-5), 1 - 1e-5)  # as in `known_histogram`
    return float(np.log(inside) - np.log1p(-inside))


def _short(name: str, length: int = 22) -> str:
    return name if len(name) <= length else f"{name[: length - 1].rstrip()}…"
