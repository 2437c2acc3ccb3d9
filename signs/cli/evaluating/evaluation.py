"""What `signs evaluate` found, as values and as JSON."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signs.errors import encodable
from signs.evaluation.bootstrap import Difference
from signs.inference.detector_info import DetectorInfo
from signs.inference.model_info import ModelInfo


@dataclass(frozen=True)
class Judgment:
    """The figures of a recognizer, or of a detector and a recognizer.

    Attributes:
        model: the recognizer's file.
        info: what it says of itself.
        detector, detector_info: the same of the detector, on scenes.
        figures: by name.
    """

    model: Path
    info: ModelInfo
    figures: Mapping[str, float | int | str]
    detector: Path | None = None
    detector_info: DetectorInfo | None = None


@dataclass(frozen=True)
class Evaluation:
    """What was found on a source.

    Attributes:
        source, layout: its name, and how the pictures lie there.
        part: which of it was read.
        pictures: "images" or "scenes".
        count: how many were read.
        groups: physical signs or places that they show; None where that is not known.
        unreadable: a line for each picture that could not be read.
        warnings: a line each.
        judgments: of one model, or of two on the same pictures.
        differences: of the second to the first one, by figure; none for one model.
    """

    source: str
    layout: str
    part: str
    pictures: str
    count: int
    groups: int | None
    unreadable: Sequence[str]
    warnings: Sequence[str]
    judgments: Sequence[Judgment]
    differences: Mapping[str, Difference]

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        differences = {name: _difference(each) for name, each in self.differences.items()}
        return {
            "source": self.source,
            "layout": self.layout,
            "part": self.part,
            self.pictures: self.count,
            "groups": self.groups,
            "unreadable": list(self.unreadable),
            "warnings": list(self.warnings),
            "models": [_judgment(each) for each in self.judgments],
            "difference": differences if len(self.judgments) > 1 else None,
        }


def _judgment(judgment: Judgment) -> dict[str, Any]:
    info, detector = judgment.info, judgment.detector_info
    found = {
        "model": encodable(str(judgment.model)),
        "model_version": info.version,
        "trained_on": info.data,
    }
    if detector is not None:
        found |= {
            "detector": encodable(str(judgment.detector)),
            "detector_version": detector.version,
            "detector_trained_on": detector.data,
        }
    return {**found, "figures": dict(judgment.figures)}


def _difference(difference: Difference) -> dict[str, float | None]:
    """Without what JSON cannot hold: an interval that no resample has."""
    ends = difference.interval
    values = {"value": difference.value, "low": ends.low, "high": ends.high}
    return {name: None if math.isnan(value) else value for name, value in values.items()}
