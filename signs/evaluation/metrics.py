"""Numbers from probabilities and labels."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from signs.classes import CLASSES, NUM_CLASSES, Category

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Results:
    """A model's answers on one set of images.

    Attributes:
        probabilities: float32[N, NUM_CLASSES].
        labels: int64[N], the truth.
    """

    probabilities: Floats
    labels: Labels

    def __post_init__(self) -> None:
        """Check shapes.

        Raises:
            ValueError: there is no image, or the shapes do not fit together.
        """
        n = len(self.labels)
        if not n or self.probabilities.shape != (n, NUM_CLASSES):
            raise ValueError(
                f"{n} labels need probabilities [{n}, {NUM_CLASSES}], n > 0; "
                f"got {self.probabilities.shape}"
            )

    @property
    def guesses(self) -> Labels:
        """The most probable class of each image: int64[N]."""
        return self.probabilities.argmax(axis=1)

    @property
    def confidence(self) -> Floats:
        """Its probability: float32[N]."""
        return self.probabilities.max(axis=1)

    @property
    def correct(self) -> npt.NDArray[np.bool_]:
        """Whether it is the truth: bool[N]."""
        return self.guesses == self.labels


def accuracy(results: Results) -> float:
    """Share of right answers."""
    return float(results.correct.mean())


def per_class(results: Results) -> pd.DataFrame:
    """Precision, recall and F1 of each class that has an image or an answer.

    Returns:
        Rows by class id; columns class (id and name), category, images, precision, recall, f1.
        What is undefined, such as the precision of a class never answered, counts as 0.
    """
    ids = np.union1d(results.labels, results.guesses)
    precision, recall, f1, support = precision_recall_fscore_support(
        results.labels, results.guesses, labels=ids, zero_division=0
    )
    return pd.DataFrame(
        {
            "class": [f"{i:02d} {CLASSES[i].name}" for i in ids],
            "category": [str(CLASSES[i].category) for i in ids],
            "images": support,
            "precision": precision,
            "recall": recall,
            "f1": f1,
        }
    )


def macro_f1(table: pd.DataFrame) -> float:
    """Unweighted mean F1 over the rows of `per_class`."""
    return float(table["f1"].mean())


def worst_class(table: pd.DataFrame) -> tuple[str, float]:
    """The class with images that is missed most often, the lowest id of ties, and its recall."""
    present = table[table["images"] > 0]
    worst = present.sort_values("recall", kind="stable").iloc[0]
    return str(worst["class"]), float(worst["recall"])


def category_accuracy(results: Results) -> dict[Category, float]:
    """Share of right answers among the images of each category that has any."""
    categories = np.array([CLASSES[label].category for label in results.labels])
    return {
        category: float(results.correct[categories == category].mean())
        for category in Category
        if (categories == category).any()
    }


def reliability(results: Results, bins: int) -> pd.DataFrame:
    """Confidence against accuracy in bins of equal width.

    Returns:
        A row for each bin that has images: low, high (its edges), images, confidence, accuracy
        (means over its images).
    """
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.digitize(results.confidence, edges[1:-1], right=True), 0, bins - 1)
    rows = []
    for i in np.unique(place):
        inside = place == i
        rows.append(
            {
                "low": edges[i],
                "high": edges[i + 1],
                "images": int(inside.sum()),
                "confidence": float(results.confidence[inside].mean()),
                "accuracy": float(results.correct[inside].mean()),
            }
        )
    return pd.DataFrame(rows)


def calibration_error(results: Results, bins: int) -> float:
    """Expected calibration error: mean |accuracy - confidence| over bins, weighted by images.

    Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning",
    AAAI 2015; in 0 to 1.
    """
    table = reliability(results, bins)
    gaps = (table["accuracy"] - table["confidence"]).abs()
    return float((gaps * table["images"]).sum() / table["images"].sum())


def confusion(results: Results) -> npt.NDArray[np.int64]:
    """Counts int64[NUM_CLASSES, NUM_CLASSES], truth by row, answer by column."""
    return confusion_matrix(results.labels, results.guesses, labels=np.arange(NUM_CLASSES))
