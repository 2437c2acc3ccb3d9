"""The checkpoint that the training of a detector leaves for export."""

from dataclasses import dataclass
from pathlib import Path

from signs.catalog.detection_categories import CATEGORIES
from signs.catalog.label_space import LabelSpace
from signs.networks.detector import DetectorNet
from signs.networks.weights import read_weights, save_weights


@dataclass(frozen=True)
class DetectorRecord:
    """How a detector came to be.

    Attributes:
        label_space: of the signs in its training scenes.
        data: where those came from.
        trained_from: hex digest of training data, params and code.
    """

    label_space: LabelSpace
    data: str
    trained_from: str


def save_detector(path: Path, model: DetectorNet, record: DetectorRecord) -> None:
    """Write weights and record; the same ones give the same bytes."""
    save_weights(path, model, record)


def load_detector(path: Path) -> tuple[DetectorNet, DetectorRecord]:
    """Read what `save_detector` wrote, as a network in evaluation mode on the CPU.

    Raises:
        SignsError: the file is missing.
    """
    fields, weights = read_weights(path, "detector")
    model = DetectorNet(len(CATEGORIES))
    model.load_state_dict(weights)
    return model.eval(), DetectorRecord(**fields)
