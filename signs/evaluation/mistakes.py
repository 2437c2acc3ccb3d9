"""Crops with a wrong name, one row a mistake."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from signs.evaluation.metrics import Results
from signs.records.answers import Answers


def mistake_table(results: Results, answers: Answers, names: Sequence[str]) -> pd.DataFrame:
    """The crops whose most probable class is not the truth, the most confident first.

    Args:
        answers: those that the results are of.
        names: of the crops.

    Returns:
        Columns image (its name), truth and answer (class id and name), probability (of the answer),
        known and recognized.
    """
    rows = np.flatnonzero(~results.correct)
    rows = rows[np.argsort(-results.confidence[rows], kind="stable")]
    title = results.label_space.title
    return pd.DataFrame(
        {
            "image": [names[row] for row in rows.tolist()],
            "truth": [title(i) for i in results.labels[rows].tolist()],
            "answer": [title(i) for i in results.guesses[rows].tolist()],
            "probability": results.confidence[rows],
            "known": answers.known[rows],
            "recognized": answers.recognized[rows],
        }
    )
