"""Judge the file that ships on the test part: models/model.onnx -> metrics/."""

import numpy as np
import pandas as pd

from signs.errors import one_line_errors
from signs.evaluation.metrics import (
    Results,
    accuracy,
    area_under_risk_coverage,
    calibration_error,
    category_accuracy,
    macro_f1,
    per_class,
    reliability,
    risk_coverage,
    uncalibrated,
    worst_class,
)
from signs.evaluation.tables import write_tables
from signs.files import atomic_path, write_json
from signs.inference.recognizer import Recognizer
from signs.params import load_params
from signs.records.packed import Packed
from stages.paths import ANSWERS, METRICS, MODEL, TABLES, TEST


def main() -> None:
    bins = load_params("evaluate").evaluate.calibration_bins
    recognizer, test = Recognizer(MODEL), Packed.load(TEST)
    info = recognizer.info
    answers = recognizer.answer(test.images)
    results = Results(answers.probabilities, test.labels, test.label_space)
    before = Results(
        uncalibrated(answers.probabilities, info.temperature), test.labels, test.label_space
    )
    classes = per_class(results)
    worst, worst_recall = worst_class(classes)
    write_json(
        METRICS / "evaluate.json",
        {
            "model_version": info.version,
            "trained_on": info.data,
            "tested_on": test.source,
            "errors": int((~results.correct).sum()),
            "accuracy": accuracy(results),
            "macro_f1": macro_f1(classes),
            "worst_class": worst,
            "worst_class_recall": worst_recall,
            "refused": float((~answers.recognized).mean()),
            "risk_coverage_area": area_under_risk_coverage(results),
            "calibration_error_before": calibration_error(before, bins),
            "calibration_error": calibration_error(results, bins),
        },
    )
    write_tables(tables_of(results, before, classes, bins), TABLES)
    with atomic_path(ANSWERS) as path:
        np.savez(path, probabilities=answers.probabilities, known=answers.known)
    print(
        f"accuracy {accuracy(results):.4f} on {len(test)} images, {test.source}; "
        f"worst class {worst} with recall {worst_recall:.3f}"
    )


def tables_of(
    results: Results, before: Results, classes: pd.DataFrame, bins: int
) -> dict[str, pd.DataFrame]:
    """The data of the plots.

    Args:
        before: the results without temperature scaling.
        classes: as `per_class` made them.
    """
    return {
        "classes": classes,
        "categories": category_accuracy(results),
        "reliability": reliability(results, bins),
        "reliability_before": reliability(before, bins),
        "risk_coverage": risk_coverage(results),
        # Two digits each, since DVC's template sorts them as text.
        "confusion": pd.DataFrame(
            {
                "actual": [f"{label:02d}" for label in results.labels],
                "predicted": [f"{guess:02d}" for guess in results.guesses],
            }
        ),
    }


if __name__ == "__main__":
    with one_line_errors():
        main()
