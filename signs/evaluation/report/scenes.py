"""What templates say of whole scenes: of the detector, and of both models together."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from signs.evaluation.report.facts import SceneFacts

BOTH, ALONE = "score", "sign_score"  # rankings: by both models, and by the detector alone
# The figures that come first: words, and the key in `evaluate_detector`'s metrics.
FIGURES = (
    ("any sign, AP50", "any_sign_ap50"),
    ("any sign, AP75", "any_sign_ap75"),
    ("any sign, AP50:95", "any_sign_ap50_95"),
    ("any sign below 32 pixels, AP50", "small_ap50"),
    ("mean of prohibitory, danger and mandatory, AP50", "map50"),
    ("recall at 0.1 false alarms a scene", "recall_at_1_in_10"),
    ("recall at 0.01 false alarms a scene", "recall_at_1_in_100"),
    ("found and named, micro-AP50", "micro_ap50"),
    ("found and named, mean AP50 of the classes", "mean_ap50"),
    ("the detector alone: any sign, AP50", "detector_any_sign_ap50"),
)


def scene_names(scenes: SceneFacts) -> dict[str, Any]:
    """Names that templates use, and their values; a figure that is undefined is None."""
    evaluated = scenes.metrics["evaluate_detector"]
    tested_on = str(evaluated["tested_on"])
    return {
        "scene_facts": scenes,
        "detector": scenes.info,
        "scenes_tested_on": tested_on,
        "scenes_tested_on_drawings": tested_on.startswith("drawn"),
        "scenes_tested": evaluated["scenes"],
        "counts": scenes.metrics["download_scenes"],
        "detector_training": scenes.metrics["train_detector"],
        "detector_file": scenes.metrics["export_detector"],
        "figures": _figures(evaluated),
        "kinds": _side_by_side(scenes.precision, "of", ("ap50", "ap75", "ap50_95")),
        "sizes": _side_by_side(
            scenes.sizes.replace({"size": {"small": "below 32"}}), "size", ("any_sign",)
        ),
        "rates": _side_by_side(scenes.recalls, "false_alarms", ("recall",)),
    }


def _figures(evaluated: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of the first table: words, value, and the ends of the interval where there is one."""
    keys = {"value": "{}", "low": "{}_low", "high": "{}_high"}
    return [
        {"words": words, **{name: evaluated.get(form.format(key)) for name, form in keys.items()}}
        for words, key in FIGURES
    ]


def _side_by_side(table: pd.DataFrame, of: str, columns: tuple[str, ...]) -> list[dict[Any, Any]]:
    """Rows of both models together, and beside them the first column of the detector alone.

    Args:
        table: with the column ranking.
        of: what a row is about.
        columns: figures.
    """
    both = table[table["ranking"] == BOTH].set_index(of)
    alone = table[table["ranking"] == ALONE].set_index(of)[columns[0]].rename("alone")
    joined = both.drop(columns="ranking").join(alone).reset_index()
    return joined.astype(object).where(joined.notna(), None).to_dict("records")
