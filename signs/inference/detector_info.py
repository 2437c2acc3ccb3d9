"""What a detector's file says of itself, kept in its ONNX metadata as a recognizer's is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from signs.catalog.label_space import LabelSpace
from signs.inference.model_info import info_of, require_same, write_info


@dataclass(frozen=True)
class Letterboxing:
    """How `signs.inference.letterbox` makes the detector's input.

    Attributes:
        max_side: a picture whose longer side has more pixels is shrunk to it; others keep theirs.
        fit: how a picture is made to fit: "letterbox" keeps its aspect.
        filter: of the resize, Pillow's name for it.
    """

    max_side: int
    fit: Literal["letterbox"] = "letterbox"
    filter: Literal["bilinear"] = "bilinear"


@dataclass(frozen=True)
class DetectorInfo:
    """The description that travels inside a detector's file.

    Attributes:
        task: "detect": picture to boxes.
        arch: architecture of the network.
        precision: "fp32" or "int8".
        label_space: the signs that it was trained to find; it tells their categories apart.
        preprocessing: how its input is made.
        threshold: on the score of a detection (`Detections.scores`); below it a sign is not named.
        data: where the training scenes came from.
        trained_from: hex digest of training data, params and code.
        ap50: average precision of any sign at IoU 0.5 on validation scenes, of this file.
        ap_data: where those came from.
        version: a short hash of what answers (`hash_of_answers`), and the precision.
    """

    task: Literal["detect"]
    arch: str
    precision: str
    label_space: LabelSpace
    preprocessing: Letterboxing
    threshold: float
    data: str
    trained_from: str
    ap50: float
    ap_data: str
    version: str

    def to_metadata(self) -> dict[str, str]:
        """As ONNX metadata: one JSON document under one key."""
        return write_info(self)

    @staticmethod
    def from_metadata(metadata: Mapping[str, str]) -> "DetectorInfo":
        """Read what `to_metadata` wrote.

        Raises:
            SignsError: as `ModelInfo.from_metadata`.
        """
        with info_of(metadata, "detect") as content:
            content["preprocessing"] = preprocessing = Letterboxing(**content["preprocessing"])
            require_same(preprocessing, Letterboxing(preprocessing.max_side))
            return DetectorInfo(**content)
