"""Out-of-distribution images, recrops and corruptions: models/model.onnx -> metrics/."""

import numpy as np

from signs.errors import one_line_errors
from signs.evaluation.out_of_distribution import (
    Scores,
    known_histogram,
    out_of_distribution_table,
)
from signs.evaluation.robustness import robustness_tables
from signs.evaluation.tables import write_tables
from signs.files import write_json
from signs.inference.recognizer import Recognizer
from signs.params import load_params
from signs.records.packed import Packed
from stages.paths import ANSWERS, METRICS, MODEL, NEGATIVES_TEST, TABLES, TEST


def main() -> None:
    params = load_params("robustness").robustness
    recognizer, test = Recognizer(MODEL), Packed.load(TEST)
    with np.load(ANSWERS) as answers:
        signs = Scores(answers["known"], answers["probabilities"].max(axis=1))
    negatives = ask(recognizer, Packed.load(NEGATIVES_TEST))
    outside = out_of_distribution_table(signs, negatives, recognizer.info.threshold)
    recrops, corruptions = robustness_tables(
        test, params.images, lambda images: recognizer.answer(images).probabilities
    )
    spread = {"signs": signs.known} | {kind: scores.known for kind, scores in negatives.items()}
    write_tables(
        {
            "out_of_distribution": outside,
            "known": known_histogram(spread),
            "recrops": recrops,
            "corruptions": corruptions,
        },
        TABLES,
    )
    worst = recrops.sort_values("accuracy", kind="stable").iloc[0]
    write_json(
        METRICS / "robustness.json",
        {
            "model_version": recognizer.info.version,
            "tested_on": test.source,
            "known_auroc_worst": float(outside["auroc"].min()),
            "negatives_accepted": float(np.average(outside["accepted"], weights=outside["images"])),
            "worst_recrop": str(worst["recrop"]),
            "worst_recrop_accuracy": float(worst["accuracy"]),
            "plain_accuracy": float(recrops["accuracy"].iloc[0]),
            "corruption_accuracy": float(corruptions["accuracy"].mean()),
        },
    )
    print(
        f"known: AUROC at least {outside['auroc'].min():.4f}; accuracy on corrupted images "
        f"{corruptions['accuracy'].mean():.4f}"
    )


def ask(recognizer: Recognizer, negatives: Packed) -> dict[str, Scores]:
    """The scores of each kind of negative, by its name."""
    answers = recognizer.answer(negatives.images)
    rows = {kind: negatives.kinds == kind for kind in dict.fromkeys(negatives.kinds.tolist())}
    return {
        kind: Scores(answers.known[chosen], answers.confidence[chosen])
        for kind, chosen in rows.items()
    }


if __name__ == "__main__":
    with one_line_errors():
        main()
