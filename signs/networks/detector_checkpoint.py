"""The checkpoint that the training of a detector leaves for export."""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from signs.catalog.detection_categories import CATEGORIES
from signs.catalog.label_space import LabelSpace
from signs.errors import SignsError
from signs.networks.detector import DetectorNet
from signs.networks.weights import write_tensors


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
    weights = {name: tensor.cpu().contiguous() for name, tensor in model.state_dict().items()}
    described = asdict(record) | {"label_space": record.label_space.to_dict()}
    write_tensors(path, {"record": described, "weights": weights})


def load_detector(path: Path) -> tuple[DetectorNet, DetectorRecord]:
    """Read what `save_detector` wrote, as a network in evaluation mode on the CPU.

    Raises:
        SignsError: the file is missing.
    """
    if not path.is_file():
        raise SignsError(f"{path} not found: run `dvc repro` to train a detector")
    content = torch.load(path, map_location="cpu", weights_only=True)
    described = content["record"]
    space = LabelSpace.from_dict(described["label_space"])
    model = DetectorNet(len(CATEGORIES))
    model.load_state_dict(content["weights"])
    return model.eval(), DetectorRecord(**described | {"label_space": space})
