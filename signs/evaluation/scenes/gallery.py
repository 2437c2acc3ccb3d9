"""Crops of false alarms, misses and wrong names, with what surrounds them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.patches import Rectangle

from signs.evaluation.plots import RED, figure_for
from signs.evaluation.scenes.mistakes import SIDES
from signs.pictures.decoding import decode
from signs.records.scene import Scene

CONTEXT = 1.0  # around a box, as a share of its longer side
LEAST_CONTEXT = 16  # pixels
COLUMNS = 8
TITLES = {  # of galleries, by the names that `mistakes` gives to its tables
    "misses": "Signs that were missed",
    "false_alarms": "False alarms",
    "wrong_names": "Signs with a wrong name",
}
HEIGHT, TITLE = 2.35, 0.45  # inches of a row, and of the title


@dataclass(frozen=True, slots=True)
class GalleryCrop:
    """A part of a scene.

    Attributes:
        pixels: uint8[H, W, 3].
        box: left, top, right and bottom of what it is about, in its own pixels.
    """

    pixels: npt.NDArray[np.uint8]
    box: tuple[float, float, float, float]


def crops(scenes: Sequence[Scene], table: pd.DataFrame) -> Iterator[GalleryCrop]:
    """The boxes of a table with some context: squares, moved to lie in the scene.

    Args:
        scenes: those of the results that the table is of.
        table: as `mistakes` makes them; columns place, left, top, right and bottom.

    Returns:
        One for each row, in its order. Each scene is decoded once as long as its rows are
        neighbors.

    Raises:
        ImageError: a scene cannot be decoded.
    """
    last, picture = -1, np.empty((0, 0, 3), np.uint8)
    corners = table[list(SIDES)].to_numpy(np.float64).tolist()
    for place, (left, top, right, bottom) in zip(table["place"].tolist(), corners, strict=True):
        if place != last:
            last, picture = place, np.asarray(decode(scenes[place].data))
        longer = max(right - left, bottom - top)
        side = math.ceil(longer + 2 * max(CONTEXT * longer, LEAST_CONTEXT))
        height, width = picture.shape[:2]
        x = _first((left + right - side) / 2, side, width)
        y = _first((top + bottom - side) / 2, side, height)
        box = (left - x, top - y, right - x, bottom - y)
        yield GalleryCrop(picture[y : y + side, x : x + side], box)


def draw_gallery(
    scenes: Sequence[Scene], table: pd.DataFrame, title: str, count: int, path: Path
) -> None:
    """A picture of the first rows of a table, each with a caption of what the table says of it.

    Args:
        scenes: those of the results that the table is of.
        table: as `mistakes` makes them.
        title: what they are; their number is added.
        count: how many are drawn at most.
    """
    shown = table.head(count)
    lines = max(1, -(-len(shown) // COLUMNS))
    height = HEIGHT * lines + TITLE
    with figure_for(path, 1.75 * COLUMNS, height) as figure:
        grid = figure.subplots(lines, COLUMNS, squeeze=False)
        for axes in grid.flat:
            axes.axis("off")
        rows = zip(grid.flat, crops(scenes, shown), shown.to_dict("records"), strict=False)
        for axes, crop, row in rows:
            axes.imshow(crop.pixels)
            left, top, right, bottom = crop.box
            # The edges of a pixel are half a pixel away from where it is drawn.
            corner = (left - 0.5, top - 0.5)
            axes.add_patch(
                Rectangle(corner, right - left, bottom - top, fill=False, color=RED, linewidth=1)
            )
            axes.set_title(_caption(row), fontsize=6.5)
        heading = f"{title}: {_counted(len(table), len(shown))}"
        figure.text(0.01, 1 - 0.5 * TITLE / height, heading, fontsize=11, va="center")
        figure.tight_layout(rect=(0, 0, 1, 1 - TITLE / height))


def _first(wanted: float, side: int, end: int) -> int:
    """Where a stretch of pixels begins, near to what is wanted and inside."""
    return max(0, min(round(wanted), end - side))


def _caption(row: Mapping[Any, Any]) -> str:
    """A mistake in four short lines: where it is, what is there, what was answered, how surely."""
    lines = [str(row["scene"])]
    if "truth" in row:
        lines.append(f"is {row['truth']}")
    if "kind" in row:
        lines.append(str(row["kind"]))
    if "answer" in row:
        lines.append(f"answer {row['answer']}")
    score = row["score"] if "score" in row else row["best"]
    lines.append("not found" if np.isnan(score) else f"score {score:.3f}")
    return "\n".join(shorten(line, 32, placeholder="…") for line in lines)


def _counted(all_of_them: int, shown: int) -> str:
    if not all_of_them:
        return "none"
    return str(all_of_them) if shown == all_of_them else f"{shown} of {all_of_them}"
