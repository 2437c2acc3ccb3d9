"""Numbers from probabilities and labels."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from signs.catalog.label_space import LabelSpace

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Results:
    """A model's answers on one set of images.

    Attributes:
        probabilities: float32[N, K].
        labels: int64[N], the truth.
        label_space: of K classes.
    """

    probabilities: Floats
    labels: Labels
    label_space: LabelSpace

    def __post_init__(self) -> None:
        """Check shapes.

        Raises:
            ValueError: there is no image, or the shapes do not fit together.
        """
        n, classes = len(self.labels), len(self.label_space)
        if not n or self.probabilities.shape != (n, classes):
            raise ValueError(
                f"{n} labels need probabilities [{n}, {classes}], n > 0; "
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
            "class": [results.label_space.title(i) for i in ids],
            "category": [results.label_space.categories[i] for i in ids],
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


def category_accuracy(results: Results) -> pd.DataFrame:
    """Share of right answers among the images of each category that has any.

    Returns:
        Columns category and accuracy, in the order of the label space.
    """
    names = results.label_space.categories
    categories = np.array(names)[results.labels]
    found = [name for name in dict.fromkeys(names) if (categories == name).any()]
    accuracies = [float(results.correct[categories == name].mean()) for name in found]
    return pd.DataFrame({"category": found, "accuracy": accuracies})


def reliability(results: Results, bins: int) -> pd.DataFrame:
    """Confidence against accuracy in bins of equal width.

    Returns:
        A row for each bin that has images: low, high (its edges), images, confidence, accuracy
        (means over its images).
    """
    edges, place = np.linspace(0, 1, bins + 1), bins_of(results.confidence, bins)
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


def bins_of(confidence: Floats, bins: int) -> npt.NDArray[np.intp]:
    """The bin of equal width that each confidence falls into, the lower one at an edge: int[N]."""
    edges = np.linspace(0, 1, bins + 1)
    return np.clip(np.digitize(confidence, edges[1:-1], right=True), 0, bins - 1)


def calibration_error(results: Results, bins: int) -> float:
    """Expected calibration error: mean |accuracy - confidence| over bins, weighted by images.

    Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning",
    AAAI 2015; in 0 to 1.
    """
    table = reliability(results, bins)
    gaps = (table["accuracy"] - table["confidence"]).abs()
    return float((gaps * table["images"]).sum() / table["images"].sum())


def confusion(results: Results) -> npt.NDArray[np.int64]:
    """Counts int64[K, K], truth by row, answer by column."""
    classes = np.arange(len(results.label_space))
    return confusion_matrix(results.labels, results.guesses, labels=classes)


def uncalibrated(probabilities: Floats, temperature: float) -> Floats:
    """What probabilities were before temperature scaling: float32[N, K].

    softmax(z / T) to the power of T, normalized, is softmax(z).
    """
    logs = temperature * np.log(probabilities.astype(np.float64).clip(1e-30))
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def risk_coverage(results: Results, points: int = 100) -> pd.DataFrame:
    """Share of wrong answers among those with the highest confidence, at rising coverage.

    R. El-Yaniv, Y. Wiener, "On the foundations of noise-free selective classification", JMLR 2010.

    Args:
        points: rows of the table, at most.

    Returns:
        Columns coverage (share of the images that are answered), errors, risk (the share of those
        answers that are wrong) and confidence (the lowest among them).
    """
    order = np.argsort(-results.confidence, kind="stable")
    wrong = np.cumsum(~results.correct[order])
    counts = np.unique(np.linspace(1, len(order), min(points, len(order))).round().astype(int))
    return pd.DataFrame(
        {
            "coverage": counts / len(order),
            "errors": wrong[counts - 1],
            "risk": wrong[counts - 1] / counts,
            "confidence": results.confidence[order][counts - 1],
        }
    )


def area_under_risk_coverage(results: Results) -> float:
    """Mean risk over all coverages, in 0 to 1; lower is better (Geifman, El-Yaniv, ICLR 2019)."""
    order = np.argsort(-results.confidence, kind="stable")
    wrong = np.cumsum(~results.correct[order])
    return float((wrong / np.arange(1, len(order) + 1)).mean())
