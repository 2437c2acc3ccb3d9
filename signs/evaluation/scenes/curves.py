"""Curves over the score, and the figures that are read off them."""

import numpy as np
import pandas as pd

from signs.catalog.detection_categories import CATEGORIES
from signs.evaluation.scenes.coco import Doubles
from signs.evaluation.scenes.precision import THREE
from signs.evaluation.scenes.results import Ranking, SceneResults
from signs.evaluation.scenes.tasks import Matches, judge

RECALLS = np.linspace(0, 1, 101)  # at which COCO reads the precision
RATES = (1.0, 0.1, 0.01)  # false alarms a scene
BENCHMARK_IOU = 0.6


def precision_recall(matches: Matches) -> pd.DataFrame:
    """Precision and recall of all detections with at least each score.

    Returns:
        A row for each score, the highest first; columns score, precision and recall, in 0 to 1.
        Recall is NaN where there is no sign.
    """
    scores, right, wrong = _counts(matches)
    signs = matches.positives.sum()
    recall = right / signs if signs else np.full(len(scores), np.nan)
    return pd.DataFrame(
        {"score": scores, "precision": right / (right + wrong), "recall": recall},
    )


def area_under_precision_recall(matches: Matches) -> float:
    """Area under the curve of `precision_recall`, in 0 to 1; NaN where there is no sign.

    By trapezoids between the scores. From a recall of 0 to the first one, the precision is that of
    the first one; beyond the last one it is 0.
    """
    if not matches.positives.sum():
        return float("nan")
    curve = precision_recall(matches)
    if curve.empty:
        return 0.0
    recall = np.append(0, curve["recall"])
    precision = np.append(curve["precision"].iloc[0], curve["precision"])
    return float(np.trapezoid(precision, recall))


def benchmark_areas(results: SceneResults, ranking: Ranking) -> dict[str, float]:
    """The benchmark's figure for prohibitory, danger and mandatory signs, in 0 to 1.

    S. Houben, J. Stallkamp, J. Salmen, M. Schlipsing, C. Igel, "Detection of traffic signs in
    real-world images: the German Traffic Sign Detection Benchmark", IJCNN 2013: the area under the
    curve of precision and recall, where a detection is right at an IoU of at least 0.6. How the
    benchmark draws the curve between its points is not known here; `area_under_precision_recall`
    says how it is done.
    """
    matches = judge(results, ranking, "category", BENCHMARK_IOU)
    return {
        name: area_under_precision_recall(matches.of(kind))
        for kind, name in enumerate(CATEGORIES[:THREE])
    }


def froc(matches: Matches) -> pd.DataFrame:
    """Free-response receiver operating characteristic: recall against false alarms.

    P. C. Bunch, J. F. Hamilton, G. K. Sanderson, A. H. Simmons, "A free-response approach to the
    measurement and characterization of radiographic-observer performance", Journal of Applied
    Photographic Engineering 4, 1978.

    Returns:
        A row for each score, the highest first; columns score, false_alarms (wrong detections with
        at least this score, divided by the number of all scenes, those without a sign included)
        and recall. The first row, with a score of infinity, is that of no detection.
    """
    scores, right, wrong = (
        np.append(first, some) for first, some in zip((np.inf, 0, 0), _counts(matches), strict=True)
    )
    signs = matches.positives.sum()
    recall = right / signs if signs else np.full(len(scores), np.nan)
    return pd.DataFrame(
        {"score": scores, "false_alarms": wrong / len(matches.positives), "recall": recall}
    )


def corners(curve: pd.DataFrame) -> pd.DataFrame:
    """A curve without the rows between two of one recall: as much to draw, in far fewer rows.

    Args:
        curve: as `precision_recall` or `froc` makes it.
    """
    recall = curve["recall"].fillna(-1).to_numpy()
    steps = np.flatnonzero(np.diff(recall))
    ends = np.unique(np.concatenate([[0], steps, steps + 1, [len(curve) - 1]]))
    return curve.iloc[ends[ends >= 0]] if len(curve) else curve


def recall_at(curve: pd.DataFrame, rate: float) -> float:
    """The recall that is reached with at most so many false alarms a scene.

    Args:
        curve: as `froc` makes it. Between its points, nothing is interpolated.
    """
    return float(curve.loc[curve["false_alarms"] <= rate, "recall"].max())


def pooled_precision(right: Doubles, wrong: Doubles, signs: float) -> float:
    """COCO's average precision of one ranking, as in `coco.average_precision`.

    Args:
        right, wrong: float64[N], how often each detection counts as such, the highest score first.
        signs: how many there are to find.

    Returns:
        In 0 to 1; NaN where there is no sign.
    """
    if not signs:
        return float("nan")
    hits, all_of_them = np.cumsum(right), np.cumsum(right + wrong)
    precision = hits / np.maximum(all_of_them, 1)
    highest = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0)
    return float(highest[np.searchsorted(hits / signs, RECALLS)].mean())


def _counts(matches: Matches) -> tuple[Doubles, Doubles, Doubles]:
    """The different scores, falling, and how many are right and wrong from each one up."""
    scores = matches.scores.astype(np.float64)
    last = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))[: len(scores)]
    right, wrong = np.cumsum(matches.right), np.cumsum(~matches.right)
    return scores[last], right[last].astype(np.float64), wrong[last].astype(np.float64)
