"""How far the shipped file can be trusted: models/model.onnx -> metrics/trust.json and tables."""

import numpy as np
import numpy.typing as npt

from signs.classes import Other
from signs.errors import one_line_errors
from signs.evaluation.known import SUREST, errors_among_surest, known_table
from signs.evaluation.metrics import Results, calibration_error, reliability
from signs.evaluation.robustness import spoilt_tables
from signs.evaluation.tables import write_tables
from signs.evaluation.trust_pictures import draw_file_reliability, draw_known, draw_robustness
from signs.files import write_json
from signs.inference.classifier import Classifier
from signs.packed import Packed
from signs.params import load_params
from stages.paths import METRICS, MODEL, OTHERS_TEST, TABLES, TEST, TRUST_PICTURES


def main() -> None:
    params = load_params("evaluate").evaluate
    classifier, test = Classifier(MODEL), Packed.load(TEST)
    probabilities, known = classifier.run_all(test.images)
    results = Results(probabilities, test.labels)
    others = ask_of_others(classifier, Packed.load(OTHERS_TEST))
    threshold = classifier.info.threshold

    kinds = known_table((known, results.confidence), others, threshold)
    framings, corruptions = spoilt_tables(
        test, params.corruption_images, lambda images: classifier.run_all(images)[0]
    )
    bins = reliability(results, params.calibration_bins)
    tables = {"known": kinds, "framing": framings, "corruptions": corruptions, "file": bins}
    write_tables({f"trust_{name}": table for name, table in tables.items()}, TABLES)
    draw_known(known, {name: scores for name, (scores, _) in others.items()}, threshold,
               TRUST_PICTURES / "known.png")  # fmt: skip
    draw_robustness({"this model": corruptions}, TRUST_PICTURES / "corruptions.png")
    draw_file_reliability(results, params.calibration_bins, TRUST_PICTURES / "file_reliability.png")

    surest = errors_among_surest(results)
    worst_framing = framings.sort_values("accuracy", kind="stable").iloc[0]
    write_json(
        METRICS / "trust.json",
        {
            "tested_on": test.source,
            "known_auroc_worst": float(kinds["auroc"].min()),
            "others_accepted": float(np.average(kinds["accepted"], weights=kinds["images"])),
            "signs_refused": float((known < threshold).mean()),
            "calibration_error": calibration_error(results, params.calibration_bins),
            "surest_98_errors": surest,
            "surest_98_error": surest / int(SUREST * len(test)),
            "worst_framing": str(worst_framing["framing"]),
            "worst_framing_accuracy": float(worst_framing["accuracy"]),
            "plain_framing_accuracy": float(framings["accuracy"].iloc[0]),
            "corruption_accuracy": float(corruptions["accuracy"].mean()),
        },
    )
    print(
        f"known: AUROC at least {kinds['auroc'].min():.4f}, {(known < threshold).mean():.2%} of "
        f"signs refused; accuracy on pictures gone bad {corruptions['accuracy'].mean():.4f}"
    )


def ask_of_others(
    classifier: Classifier, others: Packed
) -> dict[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    """By kind of picture: `known` and the largest probability."""
    probabilities, known = classifier.run_all(others.images)
    found = {}
    for kind in np.unique(others.labels):
        rows = others.labels == kind
        found[Other(kind).words] = (known[rows], probabilities[rows].max(axis=1))
    return found


if __name__ == "__main__":
    with one_line_errors():
        main()
