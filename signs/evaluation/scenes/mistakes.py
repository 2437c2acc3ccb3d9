"""What went wrong, one row a mistake: false alarms, misses and wrong names.

All tables begin with the columns scene (its name), place (of the scene in the results), left, top,
right and bottom (pixels).
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from signs.catalog.detection_categories import CATEGORIES
from signs.evaluation.scenes.coco import Doubles, overlaps
from signs.evaluation.scenes.results import (
    FlatDetections,
    Ranking,
    SceneResults,
    flat_found,
    flat_truth,
)
from signs.evaluation.scenes.tasks import (
    NO_TRUTH,
    Matches,
    judge,
    on_outside_sign,
    to_find,
)
from signs.records.scene import IGNORED, Boxes

SAME_SIGN, BESIDE = 0.5, 0.1  # the IoU
SIDES = ("left", "top", "right", "bottom")


def mistakes(results: SceneResults, least: float) -> dict[str, pd.DataFrame]:
    """All kinds of mistakes of a detector and a recognizer, ranked by `score`.

    Args:
        least: the score from which a sign is named.

    Returns:
        misses, false_alarms and wrong_names, as the functions of these names make them.

    Raises:
        ValueError: no recognizer has answered.
    """
    return {
        "misses": misses(results, "score", least),
        "false_alarms": false_alarms(results, "score", least),
        "wrong_names": wrong_names(results, least),
    }


def false_alarms(results: SceneResults, ranking: Ranking, least: float) -> pd.DataFrame:
    """Detections that are wrong where any sign is looked for, the highest score first.

    Args:
        least: the lowest score of a detection that counts.

    Returns:
        Also score, answer (class id and name, or the detector's category), iou (the highest with a
        sign) and kind: "double" (an IoU of at least 0.5, and the sign is taken), "loose box" (at
        least 0.1) or "background".
    """
    matches = judge(results, ranking, "any sign")
    wrong = np.flatnonzero(~matches.right & (matches.scores >= least))
    found = matches.found.take(wrong)
    table = _rows(results, found)
    table["iou"] = _best_overlap(results, found)
    conditions = [table["iou"] >= SAME_SIGN, table["iou"] >= BESIDE]
    table["kind"] = np.select(conditions, ["double", "loose box"], "background")
    return table


def misses(results: SceneResults, ranking: Ranking, least: float) -> pd.DataFrame:
    """Signs that no detection with at least a score matches, whatever it is called.

    Returns:
        In the order of the scenes; also truth (class id and name) and best (the score of the
        detection that matches the sign, which is lower than `least`; NaN without one).
    """
    matches = judge(results, ranking, "any sign")
    best = _best_scores(matches)
    missed = to_find(results, matches.truth) & ~(best >= least)
    rows = np.flatnonzero(missed)
    truth = matches.truth
    return pd.DataFrame(
        {
            "scene": [results.scenes[i].name for i in truth.scenes[rows]],
            "place": truth.scenes[rows],
            **_corners(truth.boxes[rows]),
            "truth": [results.label_space.title(i) for i in truth.labels[rows].tolist()],
            "best": best[rows],
        }
    )


def wrong_names(results: SceneResults, least: float) -> pd.DataFrame:
    """Detections on a sign that give it another name, and outside signs with a name.

    Args:
        least: the lowest score of a detection that counts.

    Returns:
        The highest score first; also score, answer and truth (class id and name, or "outside
        sign").

    Raises:
        ValueError: no recognizer has answered.
    """
    matches = judge(results, "score", "any sign")
    # `NO_TRUTH` is the last row: there may be no truth at all.
    labels = np.append(matches.truth.labels, IGNORED)[matches.rows]
    classes = matches.found.classes
    renamed = matches.right & (classes != labels) & (matches.scores >= least)
    rows = np.flatnonzero(renamed)
    table = _rows(results, matches.found.take(rows))
    table["truth"] = [results.label_space.title(i) for i in labels[rows].tolist()]
    found = flat_found(results, "score")
    named = on_outside_sign(results, found) & (found.scores >= least)
    others = _rows(results, found.take(np.flatnonzero(named))).assign(truth="outside sign")
    both = pd.concat([table, others], ignore_index=True) if len(others) else table
    return both.sort_values("score", ascending=False, kind="stable", ignore_index=True)


def _rows(results: SceneResults, found: FlatDetections) -> pd.DataFrame:
    space = results.label_space
    if found.classes is None:
        answers = [CATEGORIES[i] for i in found.categories.tolist()]
    else:
        answers = [space.title(i) for i in found.classes.tolist()]
    return pd.DataFrame(
        {
            "scene": [results.scenes[i].name for i in found.scenes],
            "place": found.scenes,
            **_corners(found.boxes),
            "score": found.scores,
            "answer": answers,
        }
    )


def _corners(boxes: Boxes) -> dict[str, npt.NDArray[np.float32]]:
    return {side: boxes[:, place] for place, side in enumerate(SIDES)}


def _best_overlap(results: SceneResults, found: FlatDetections) -> Doubles:
    """The highest IoU of each detection with a sign of its scene: float64[N]."""
    truth = flat_truth(results)
    signs = to_find(results, truth)
    best = np.zeros(len(found))
    for place in np.unique(found.scenes):
        rows = np.flatnonzero(found.scenes == place)
        boxes = truth.boxes[signs & (truth.scenes == place)]
        best[rows] = overlaps(found.boxes[rows], boxes).max(axis=1, initial=0)
    return best


def _best_scores(matches: Matches) -> Doubles:
    """The score of the detection that matches each of the truth: float64[M], NaN without one."""
    best = np.full(len(matches.truth.labels), np.nan)
    hit = matches.rows != NO_TRUTH
    best[matches.rows[hit]] = matches.scores[hit]
    return best
