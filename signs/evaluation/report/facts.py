"""All that a report says."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from signs.inference.detector_info import DetectorInfo
from signs.inference.model_info import ModelInfo
from signs.records.origin import Origin

TITLES = {
    "mistakes": "The most confident mistakes, one per group",
    "confusion": "Confusion matrix",
    "reliability": "Reliability before and after calibration",
    "risk_coverage": "Risk and coverage",
    "known": "Signs and negatives",
    "corruptions": "Accuracy on corrupted images",
    "learning_curves": "Learning curves",
}
SCENE_TITLES = {
    "misses": "Signs that were missed",
    "false_alarms": "False alarms",
    "wrong_names": "Wrong names",
    "scene_precision_recall": "Precision and recall of any sign",
    "scene_froc": "Recall against false alarms",
    "detector_curves": "Learning curves of the detector",
}
SCENE_MISTAKES = ("misses", "false_alarms")  # that the card shows too


@dataclass(frozen=True)
class SceneFacts:
    """What there is to say of whole scenes.

    Attributes:
        info: what the detector's file says of itself.
        origins: of the scenes.
        metrics: by stage of the detector's lane, what each wrote; figures of scenes that are
            undefined, such as those of sizes that no sign has, are left out there.
        precision, sizes, recalls: as `signs.evaluation.scenes.summary.tables` makes them; NaN where
            undefined.
        pictures: the PNG file of each of `SCENE_TITLES`.
    """

    info: DetectorInfo
    origins: tuple[Origin, ...]
    metrics: Mapping[str, Mapping[str, Any]]
    precision: pd.DataFrame
    sizes: pd.DataFrame
    recalls: pd.DataFrame
    pictures: Mapping[str, Path]


@dataclass(frozen=True)
class Facts:
    """All that a report says; it computes nothing itself.

    Attributes:
        info: what the recognizer's file says of itself.
        origins: of the images.
        params: the whole of `params.yaml`.
        metrics: by stage of the recognizer's lane, what each wrote.
        classes: a row a class, as `per_class` makes it.
        categories: columns category and accuracy.
        out_of_distribution, recrops, corruptions, risk_coverage: as the functions of these names
            in `signs.evaluation` make them.
        confusion: columns actual and predicted, a row an image, two-digit class ids.
        pictures: the PNG file of each of `TITLES`.
        scenes: the same of the detector, and of both models together.
    """

    info: ModelInfo
    origins: tuple[Origin, ...]
    params: Mapping[str, Any]
    metrics: Mapping[str, Mapping[str, Any]]
    classes: pd.DataFrame
    categories: pd.DataFrame
    out_of_distribution: pd.DataFrame
    recrops: pd.DataFrame
    corruptions: pd.DataFrame
    risk_coverage: pd.DataFrame
    confusion: pd.DataFrame
    pictures: Mapping[str, Path]
    scenes: SceneFacts
