"""Judge the file that ships on the test part: models/model.onnx -> metrics/."""

import numpy as np
import pandas as pd

from signs.errors import one_line_errors
from signs.evaluation.metrics import (
    Results,
    category_accuracy,
    per_class,
    reliability,
    risk_coverage,
)
from signs.evaluation.summary import before_scaling, summary
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
    figures = summary(results, answers.recognized, info.temperature, bins)
    write_json(
        METRICS / "evaluate.json",
        {
            "model_version": info.version,
            "trained_on": info.data,
            "tested_on": test.source,
            **figures,
        },
    )
    write_tables(tables_of(results, before_scaling(results, info.temperature), bins), TABLES)
    with atomic_path(ANSWERS) as path:
        np.savez(path, probabilities=answers.probabilities, known=answers.known)
    print(
        f"accuracy {figures['accuracy']:.4f} on {len(test)} images, {test.source}; worst class "
        f"{figures['worst_class']} with recall {figures['worst_class_recall']:.3f}"
    )


def tables_of(results: Results, before: Results, bins: int) -> dict[str, pd.DataFrame]:
    """The data of the plots.

    Args:
        before: the results without temperature scaling.
        bins: of the reliability diagram.
    """
    return {
        "classes": per_class(results),
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
