"""End to end: signs that are both found and named.

A detection is right if its box has an IoU of at least 0.5 with a sign and its most probable class
is that of the sign. All others are wrong, those on outside signs too; regions to ignore are
neither.
"""

import numpy as np
import pandas as pd

from signs.evaluation.scenes.curves import pooled_precision
from signs.evaluation.scenes.precision import kinds_precision
from signs.evaluation.scenes.results import SceneResults
from signs.evaluation.scenes.tasks import Matches, judge


def named_matches(results: SceneResults) -> Matches:
    """The detections, ranked by score in one list over all classes.

    Raises:
        ValueError: no recognizer has answered.
    """
    return judge(results, "score", "class")


def micro_precision(matches: Matches) -> float:
    """Average precision over all boxes, with the classes pooled into one ranking.

    COCO's average precision of that ranking, in 0 to 1; NaN without signs.
    """
    right = matches.right.astype(np.float64)
    return pooled_precision(right, 1 - right, float(matches.positives.sum()))


def class_table(results: SceneResults) -> pd.DataFrame:
    """COCO's average precision at an IoU of 0.5 of each class that has a sign.

    Returns:
        Rows by class id; columns class (id and name), category, signs (their number) and ap50. The
        mean of ap50 is what `mean_precision` gives.
    """
    values = kinds_precision(results, "score", "class")[0, :, 0]
    signs = named_matches(results).positives.sum(axis=0)
    ids = np.flatnonzero(signs)
    space = results.label_space
    return pd.DataFrame(
        {
            "class": [space.title(i) for i in ids.tolist()],
            "category": [space.categories[i] for i in ids.tolist()],
            "signs": signs[ids],
            "ap50": values[ids],
        }
    )


def mean_precision(table: pd.DataFrame) -> float:
    """Unweighted mean over the rows of `class_table`; NaN without rows."""
    return float(table["ap50"].mean())
