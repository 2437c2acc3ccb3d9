"""The main figures of scenes, and the tables behind them."""

import math
from collections.abc import Sequence

import pandas as pd

from signs.evaluation.bootstrap import ROUNDS, interval
from signs.evaluation.scenes.audit import Verdict, audited
from signs.evaluation.scenes.bootstrap import resampled_precision, resamples
from signs.evaluation.scenes.curves import (
    RATES,
    benchmark_areas,
    corners,
    froc,
    precision_recall,
    recall_at,
)
from signs.evaluation.scenes.mistakes import false_alarms
from signs.evaluation.scenes.names import (
    class_table,
    mean_precision,
    micro_precision,
    named_matches,
)
from signs.evaluation.scenes.precision import ANY_SIGN, MEAN, precision_table, size_table
from signs.evaluation.scenes.results import Ranking, SceneResults
from signs.evaluation.scenes.tasks import judge

COLUMNS = ("ap50", "ap75", "ap50_95")
RECALLS = {"recall_at_1_in_10": 0.1, "recall_at_1_in_100": 0.01}


def summary(results: SceneResults, rounds: int = ROUNDS, seed: int = 0) -> dict[str, float]:
    """The main figures, in 0 to 1, without those that are undefined, such as without a sign.

    Those of `figures`, and micro_ap50_low and micro_ap50_high: the interval of 95 % of micro_ap50
    over groups of scenes (`resamples`).

    Args:
        rounds: resamples.
        seed: of the resamples.
    """
    values = figures(results)
    if results.named:
        weights = resamples(results, rounds, seed)
        ends = interval(resampled_precision([named_matches(results)], weights))
        values |= {"micro_ap50_low": ends.low, "micro_ap50_high": ends.high}
    return {name: value for name, value in values.items() if not math.isnan(value)}


def figures(results: SceneResults) -> dict[str, float]:
    """The main figures but for the interval, in 0 to 1; NaN where they are undefined.

    Detections are ranked by `score`, or by `sign_score` where no recognizer has answered.

    - map50: mean AP50 of prohibitory, danger and mandatory (`precision_table`).
    - any_sign_ap50, any_sign_ap75, any_sign_ap50_95: of any sign (`precision_table`).
    - small_ap50: of any sign whose longer side is below 32 pixels (`size_table`).
    - recall_at_1_in_10, recall_at_1_in_100: of any sign, with at most one false alarm in so many
      scenes (`recall_at`).

    With a recognizer's answers also:

    - micro_ap50: of names, over all boxes (`micro_precision`).
    - mean_ap50: of names, the mean over the classes that have a sign (`class_table`).
    - detector_any_sign_ap50: of any sign, ranked by `sign_score`.
    """
    ranking = results.ranking
    precision = precision_table(results, ranking).set_index("of")
    sizes = size_table(results, ranking).set_index("size")["any_sign"]
    curve = froc(judge(results, ranking, "any sign"))
    any_sign = {f"any_sign_{name}": float(precision[name][ANY_SIGN]) for name in COLUMNS}
    values = {
        "map50": float(precision["ap50"][MEAN]),
        **any_sign,
        "small_ap50": float(sizes["small"]),
        **{name: recall_at(curve, rate) for name, rate in RECALLS.items()},
    }
    if results.named:
        alone = precision_table(results, "sign_score").set_index("of")["ap50"]
        values |= {
            "micro_ap50": micro_precision(named_matches(results)),
            "mean_ap50": mean_precision(class_table(results)),
            "detector_any_sign_ap50": float(alone[ANY_SIGN]),
        }
    return values


def tables(results: SceneResults) -> dict[str, pd.DataFrame]:
    """The tables of figures and curves, by names for their files.

    Returns:
        scene_precision, scene_sizes, scene_recalls, scene_areas (the benchmark's), and the curves
        of any sign, scene_precision_recall and scene_froc. Their first column, ranking, tells the
        rows of both rankings apart. With a recognizer's answers also scene_classes.
    """
    rankings: tuple[Ranking, ...] = ("score", "sign_score") if results.named else ("sign_score",)
    parts = [_tables(results, ranking) for ranking in rankings]
    joined = {
        name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]
    }
    return joined | ({"scene_classes": class_table(results)} if results.named else {})


def audit_table(results: SceneResults, audit: Sequence[Verdict], least: float) -> pd.DataFrame:
    """Figures against the labels as they are, and against those that an audit completes.

    Args:
        least: the lowest score of a detection that counts as a false alarm.

    Returns:
        Columns figure, raw and audited; a row for each of `figures`, and one for false_alarms,
        their number.
    """
    columns = {"raw": results, "audited": audited(results, audit)}
    values = {
        name: figures(some) | {"false_alarms": len(false_alarms(some, some.ranking, least))}
        for name, some in columns.items()
    }
    return pd.DataFrame(values).rename_axis("figure").reset_index()


def _tables(results: SceneResults, ranking: Ranking) -> dict[str, pd.DataFrame]:
    matches = judge(results, ranking, "any sign")
    curve = froc(matches)
    recalls = [{"false_alarms": rate, "recall": recall_at(curve, rate)} for rate in RATES]
    areas = benchmark_areas(results, ranking)
    found = {
        "scene_precision": precision_table(results, ranking),
        "scene_sizes": size_table(results, ranking),
        "scene_recalls": pd.DataFrame(recalls),
        "scene_areas": pd.DataFrame({"of": list(areas), "area": list(areas.values())}),
        "scene_precision_recall": corners(precision_recall(matches)),
        "scene_froc": corners(curve),
    }
    for table in found.values():
        table.insert(0, "ranking", ranking)
    return found
