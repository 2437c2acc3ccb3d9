"""Average precision of detections: any sign, by category, by size, by class."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from signs.catalog.detection_categories import CATEGORIES
from signs.evaluation.scenes.coco import EVERY_SIZE, Doubles, Range, average_precision
from signs.evaluation.scenes.results import Ranking, SceneResults, flat_truth
from signs.evaluation.scenes.tasks import Kinds, as_task, judged, to_find
from signs.records.scene import Boxes

IOUS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))  # 0.5 to 0.95, COCO's
THREE = 3  # the categories that the benchmark has, the first of `CATEGORIES`
ANY_SIGN, MEAN = "any sign", "mean of three"

# Pixels of the longer side; each range without its upper end.
SIDES: Mapping[str, Range] = MappingProxyType(
    {
        "16-24": (16, 24),
        "24-32": (24, 32),
        "32-48": (32, 48),
        "48 and more": (48, np.inf),
        "small": (0, 32),
    }
)
# A. Arcos-Garcia, J. A. Alvarez-Garcia, L. M. Soria-Morillo, "Evaluation of deep neural networks
# for traffic sign detection systems", Neurocomputing 316, 2018. In the code that its authors have
# published, a width is from the first column of pixels to the last one, without adding 1.
WIDTHS: Mapping[str, Range] = MappingProxyType(
    {
        "small (Arcos-Garcia)": (0, 32),
        "medium (Arcos-Garcia)": (32, 46),
        "large (Arcos-Garcia)": (46, np.inf),
    }
)


def precision_table(results: SceneResults, ranking: Ranking) -> pd.DataFrame:
    """COCO's average precision for any sign, whatever its class, and for each category.

    What counts as right is said in `tasks`. A detection of another category than that of the sign
    is wrong, and the sign is missed.

    Returns:
        A row for any sign, for each category, and for the mean of prohibitory, danger and mandatory
        as far as there are such signs. Columns of, signs (their number), ap50, ap75 (at an IoU of
        0.5 and 0.75) and ap50_95 (the mean over 0.5, 0.55, ..., 0.95), in 0 to 1; NaN without
        signs.
    """
    values = _precision(results, ranking, IOUS)[:, :, 0]
    truth = flat_truth(results)
    categories = truth.categories[to_find(results, truth)]
    counts = np.bincount(categories, minlength=len(CATEGORIES))
    return pd.DataFrame(
        {
            "of": (ANY_SIGN, *CATEGORIES, MEAN),
            "signs": [len(categories), *counts.tolist(), int(counts[:THREE].sum())],
            "ap50": values[0],
            "ap75": values[IOUS.index(0.75)],
            "ap50_95": values.mean(axis=0),
        }
    )


def size_table(results: SceneResults, ranking: Ranking) -> pd.DataFrame:
    """COCO's average precision at an IoU of 0.5 for signs of each size.

    Signs of other sizes are ignored: a detection that matches one is neither right nor wrong, and
    so is an unmatched detection of another size.

    Returns:
        A row for each of `SIDES`, by the longer side, and of `WIDTHS`. Columns size, signs (their
        number), any_sign and map50 (the mean of prohibitory, danger and mandatory as far as there
        are such signs), in 0 to 1; NaN without signs.
    """
    truth, rows = flat_truth(results), []
    for measure, ranges in ((longer_sides, SIDES), (spans, WIDTHS)):
        values = _precision(results, ranking, IOUS[:1], measure, tuple(ranges.values()))[0]
        sizes = measure(truth.boxes)[to_find(results, truth)]
        for place, (name, (low, high)) in enumerate(ranges.items()):
            count = int(((sizes >= low) & (sizes < high)).sum())
            any_sign, mean = float(values[0, place]), float(values[-1, place])
            rows.append({"size": name, "signs": count, "any_sign": any_sign, "map50": mean})
    return pd.DataFrame(rows)


def longer_sides(boxes: Boxes) -> Doubles:
    """The longer side of each box in pixels: float64[N]."""
    exact = boxes.astype(np.float64)
    return (exact[:, 2:] - exact[:, :2]).max(axis=1, initial=0)


def spans(boxes: Boxes) -> Doubles:
    """From the first column of pixels of each box to the last one: float64[N]."""
    exact = boxes.astype(np.float64)
    return exact[:, 2] - exact[:, 0] - 1


def mean_of_defined(values: Doubles, axis: int) -> Doubles:
    """The mean of what is not NaN along an axis; NaN where all is."""
    defined = ~np.isnan(values)
    totals, counts = np.where(defined, values, 0).sum(axis), defined.sum(axis)
    return np.where(counts, totals / np.maximum(counts, 1), np.nan)


def _precision(
    results: SceneResults,
    ranking: Ranking,
    ious: Sequence[float],
    measure: Callable[[Boxes], Doubles] | None = None,
    ranges: Sequence[Range] = (EVERY_SIZE,),
) -> Doubles:
    """For any sign, each category and the mean of three: float64[T, 2 + categories, A]."""
    any_sign = kinds_precision(results, ranking, "any sign", ious, measure, ranges)
    categories = kinds_precision(results, ranking, "category", ious, measure, ranges)
    mean = mean_of_defined(categories[:, :THREE], axis=1)
    return np.concatenate([any_sign, categories, mean[:, None]], axis=1)


def kinds_precision(
    results: SceneResults,
    ranking: Ranking,
    kinds: Kinds,
    ious: Sequence[float] = IOUS[:1],
    measure: Callable[[Boxes], Doubles] | None = None,
    ranges: Sequence[Range] = (EVERY_SIZE,),
) -> Doubles:
    """COCO's average precision of each kind: float64[T, K, A], NaN without signs.

    Args:
        kinds: what must agree besides the box.
        ious: T thresholds.
        measure: the size of boxes, of which the A `ranges` are.
    """
    truth, found = flat_truth(results), judged(results, ranking, kinds)
    task = as_task(results, truth, found, kinds)
    if measure is None:
        return average_precision(task, ious)
    sizes = measure(task.truth_boxes), measure(task.found_boxes)
    return average_precision(task, ious, *sizes, ranges)
