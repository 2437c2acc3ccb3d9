"""Two pairs of detector and recognizer on the same scenes."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from signs.evaluation.bootstrap import ROUNDS, Difference, Doubles, difference
from signs.evaluation.scenes.bootstrap import resampled_precision, resamples
from signs.evaluation.scenes.names import named_matches
from signs.evaluation.scenes.precision import IOUS, THREE
from signs.evaluation.scenes.results import SceneResults
from signs.evaluation.scenes.summary import RECALLS
from signs.evaluation.scenes.tasks import Matches, judge
from signs.records.scene import Labels


def compare(
    one: SceneResults, other: SceneResults, rounds: int = ROUNDS, seed: int = 0
) -> dict[str, Difference]:
    """How much higher the figures of `other` are than those of `one`, by the names of `figures`.

    All but small_ap50, and without those that are undefined, such as without a sign. Places are
    resampled, or scenes where the places are not known.

    Args:
        one, other: of the same scenes, with the answers of a recognizer.
        rounds: resamples.
        seed: of the resamples.

    Raises:
        ValueError: no recognizer has answered.
    """
    weights = np.concatenate([np.ones((1, len(one)), np.int64), resamples(one, rounds, seed)])
    found = {}
    for name, matches_of in PRECISIONS.items():
        values = (resampled_precision(matches_of(some), weights) for some in (one, other))
        found[name] = difference(*values)
    any_sign = [judge(some, "score", "any sign") for some in (one, other)]
    for name, rate in RECALLS.items():
        found[name] = difference(*(resampled_recall(some, weights, rate) for some in any_sign))
    return {name: each for name, each in found.items() if not np.isnan(each.value)}


def resampled_recall(matches: Matches, weights: Labels, rate: float) -> Doubles:
    """The recall with at most so many false alarms a scene, in each resample: float64[R].

    Args:
        weights: as `resamples` makes them.
        rate: as for `recall_at`.
    """
    last = np.append(matches.scores[1:] != matches.scores[:-1], True)[: len(matches.scores)]
    signs_of_scene = matches.positives.sum(axis=1)
    recalls = []
    for row in weights:
        of_detections = row[matches.found.scenes]
        right = np.cumsum(of_detections * matches.right)[last]
        wrong = np.cumsum(of_detections * ~matches.right)[last]
        hits = right[wrong <= rate * row.sum()].max(initial=0)
        signs = row @ signs_of_scene
        recalls.append(hits / signs if signs else np.nan)
    return np.array(recalls)


def _three(results: SceneResults) -> list[Matches]:
    matches = judge(results, "score", "category")
    return [matches.of(kind) for kind in range(THREE)]


def _classes(results: SceneResults) -> list[Matches]:
    matches = named_matches(results)
    return [matches.of(kind) for kind in np.flatnonzero(matches.positives.sum(axis=0)).tolist()]


PRECISIONS: Mapping[str, Callable[[SceneResults], Sequence[Matches]]] = MappingProxyType(
    {
        "map50": _three,
        "any_sign_ap50": lambda results: [judge(results, "score", "any sign")],
        "any_sign_ap75": lambda results: [judge(results, "score", "any sign", 0.75)],
        "any_sign_ap50_95": lambda results: [judge(results, "score", "any sign", i) for i in IOUS],
        "micro_ap50": lambda results: [named_matches(results)],
        "mean_ap50": _classes,
        "detector_any_sign_ap50": lambda results: [judge(results, "sign_score", "any sign")],
    }
)
