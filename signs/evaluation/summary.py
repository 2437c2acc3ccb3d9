"""The main figures of a recognizer on crops."""

import numpy as np
import numpy.typing as npt

from signs.evaluation.metrics import (
    Results,
    accuracy,
    area_under_risk_coverage,
    calibration_error,
    macro_f1,
    per_class,
    uncalibrated,
    worst_class,
)

BINS = 15  # of the calibration error, where no param says how many


def before_scaling(results: Results, temperature: float) -> Results:
    """The same answers without temperature scaling.

    Args:
        temperature: of the model that answered.
    """
    probabilities = uncalibrated(results.probabilities, temperature)
    return Results(probabilities, results.labels, results.label_space)


def summary(
    results: Results, recognized: npt.NDArray[np.bool_], temperature: float, bins: int = BINS
) -> dict[str, float | int | str]:
    """The main figures; shares are in 0 to 1.

    - errors, accuracy, macro_f1: of the most probable class.
    - worst_class, worst_class_recall: `worst_class`.
    - refused: share of the images that are not recognized.
    - risk_coverage_area: `area_under_risk_coverage`.
    - calibration_error_before, calibration_error: before and after temperature scaling.

    Args:
        recognized: bool[N], as `Answers` has it.
        temperature: of the model that answered.
        bins: of the calibration error.
    """
    classes = per_class(results)
    worst, worst_recall = worst_class(classes)
    return {
        "errors": int((~results.correct).sum()),
        "accuracy": accuracy(results),
        "macro_f1": macro_f1(classes),
        "worst_class": worst,
        "worst_class_recall": worst_recall,
        "refused": float((~recognized).mean()),
        "risk_coverage_area": area_under_risk_coverage(results),
        "calibration_error_before": calibration_error(before_scaling(results, temperature), bins),
        "calibration_error": calibration_error(results, bins),
    }
