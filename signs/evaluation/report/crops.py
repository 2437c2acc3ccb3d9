"""What templates say of the recognizer on crops."""

from typing import Any

import pandas as pd

from signs.catalog.label_space import LabelSpace
from signs.evaluation.report.facts import Facts

COVERAGES = (0.5, 0.8, 0.9, 0.95, 0.98, 1.0)  # that are listed
WORST = 10  # classes and confusions that are listed
GROUP_NAMES = {
    "named": "from the source",
    "inferred": "inferred from the order of images",
}


def crop_names(facts: Facts) -> dict[str, Any]:
    """Names that templates use, and their values."""
    metrics = facts.metrics
    present = facts.classes[facts.classes["images"] > 0]
    worst = present.sort_values("recall", kind="stable").head(WORST)
    tested_on = str(metrics["evaluate"]["tested_on"])
    return {
        "tested_on": tested_on,
        "tested_on_drawings": tested_on.startswith("drawn"),
        "group_names": GROUP_NAMES[metrics["split"]["group_names"]],
        **{stage: metrics[stage] for stage in ("split", "train", "export", "evaluate")},
        "robustness": metrics["robustness"],
        "negatives": facts.out_of_distribution.to_dict("records"),
        "recrops": facts.recrops.to_dict("records"),
        "coverages": _at_coverages(facts.risk_coverage).to_dict("records"),
        "corruptions": _by_severity(facts.corruptions),
        "severities": sorted(facts.corruptions["severity"].unique()),
        "worst": worst.to_dict("records"),
        "classes": facts.classes.to_dict("records"),
        "categories": facts.categories.to_dict("records"),
        "confusions": common_confusions(facts.confusion, facts.info.label_space).to_dict("records"),
    }


def common_confusions(confusion: pd.DataFrame, label_space: LabelSpace) -> pd.DataFrame:
    """The most frequent wrong answers: columns truth, answer (names) and images; at most ten.

    Args:
        confusion: columns actual and predicted, a row an image, class ids as text.
    """
    wrong = confusion[confusion["actual"] != confusion["predicted"]]
    counts = wrong.value_counts(["actual", "predicted"], sort=False).rename("images").reset_index()
    counts = counts.sort_values("images", ascending=False, kind="stable").head(WORST)
    return pd.DataFrame(
        {
            "truth": [label_space.title(int(i)) for i in counts["actual"]],
            "answer": [label_space.title(int(i)) for i in counts["predicted"]],
            "images": counts["images"].to_numpy(),
        }
    )


def _at_coverages(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a risk-coverage table that are nearest to some round coverages."""
    places = [int((table["coverage"] - share).abs().argmin()) for share in COVERAGES]
    return table.iloc[places]


def _by_severity(corruptions: pd.DataFrame) -> list[tuple[str, list[float]]]:
    """Each corruption with its accuracies, in the order of severity."""
    wide = corruptions.pivot(index="corruption", columns="severity", values="accuracy")
    wide = wide.loc[corruptions["corruption"].unique()]
    return [(str(kind), row.tolist()) for kind, row in wide.iterrows()]
