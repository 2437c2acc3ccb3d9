"""Judge the network on the test part: models/checkpoint.pt -> metrics/, tables and pictures."""

import numpy as np
import pandas as pd

from signs.errors import one_line_errors
from signs.evaluation.metrics import (
    Results,
    accuracy,
    calibration_error,
    category_accuracy,
    macro_f1,
    per_class,
    reliability,
    worst_class,
)
from signs.evaluation.pictures import (
    draw_confusion,
    draw_learning_curves,
    draw_mistakes,
    draw_reliability,
)
from signs.evaluation.tables import write_tables
from signs.files import write_json
from signs.inference.calibration import fit_temperature, softmax
from signs.packed import Packed
from signs.params import EvaluateParams, load_params
from signs.training.checkpoint import load_checkpoint, predict_logits
from stages.paths import CHECKPOINT, CURVES, METRICS, PICTURES, TABLES, TEST, VAL


def main() -> None:
    params = load_params("evaluate").evaluate
    val, test = Packed.load(VAL), Packed.load(TEST)
    model, record = load_checkpoint(CHECKPOINT)

    temperature = fit_temperature(predict_logits(model, val.images), val.labels)
    logits = predict_logits(model, test.images)
    before = Results(softmax(logits), test.labels)
    after = Results(softmax(logits, temperature), test.labels)

    classes = per_class(after)
    worst, worst_recall = worst_class(classes)
    write_json(
        METRICS / "evaluate.json",
        {
            "trained_on": record.data,
            "tested_on": test.source,
            "errors": int(np.sum(~after.correct)),
            "accuracy": accuracy(after),
            "macro_f1": macro_f1(classes),
            "worst_class": worst,
            "worst_class_recall": worst_recall,
            "calibration_error_before": calibration_error(before, params.calibration_bins),
            "calibration_error": calibration_error(after, params.calibration_bins),
        },
    )
    write_tables(tables_of(after, classes, params), TABLES)
    draw_pictures(test, before, after, params)
    print(
        f"accuracy {accuracy(after):.4f} on {len(test)} images, {test.source}; "
        f"worst class {worst} with recall {worst_recall:.3f}"
    )


def tables_of(
    results: Results, classes: pd.DataFrame, params: EvaluateParams
) -> dict[str, pd.DataFrame]:
    """The plots' data."""
    categories = category_accuracy(results)
    return {
        "classes": classes,
        "categories": pd.DataFrame(
            {"category": [str(c) for c in categories], "accuracy": categories.values()}
        ),
        "reliability": reliability(results, params.calibration_bins),
        "confusion": pd.DataFrame(
            {
                # Two digits each, since DVC's template sorts them as text.
                "actual": [f"{label:02d}" for label in results.labels],
                "predicted": [f"{guess:02d}" for guess in results.guesses],
            }
        ),
    }


def draw_pictures(test: Packed, before: Results, after: Results, params: EvaluateParams) -> None:
    """The same for the eye, as PNG."""
    curves = [
        pd.read_csv(path, sep="\t", index_col="step")
        for path in sorted((CURVES / "plots" / "metrics").glob("*.tsv"))
    ]
    draw_learning_curves(pd.concat(curves, axis=1), PICTURES / "learning_curves.png")
    draw_confusion(after, test.source, PICTURES / "confusion.png")
    draw_reliability(before, after, params.calibration_bins, PICTURES / "reliability.png")
    draw_mistakes(test, after, params.gallery_size, PICTURES / "mistakes.png")


if __name__ == "__main__":
    with one_line_errors():
        main()
