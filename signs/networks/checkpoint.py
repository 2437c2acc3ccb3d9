"""The checkpoint that training leaves for export."""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from signs.catalog.label_space import LabelSpace
from signs.errors import SignsError
from signs.networks.architectures import Network, build
from signs.networks.weights import write_tensors


@dataclass(frozen=True)
class TrainingRecord:
    """How a network came to be.

    Attributes:
        arch: its architecture.
        image_size: the side of its square input, in pixels.
        label_space: the signs that it tells apart.
        data: where its training images came from.
        trained_from: hex digest of training data, params and code.
    """

    arch: str
    image_size: int
    label_space: LabelSpace
    data: str
    trained_from: str


def save_checkpoint(path: Path, model: Network, record: TrainingRecord) -> None:
    """Write weights and record; the same ones give the same bytes."""
    weights = {name: tensor.cpu().contiguous() for name, tensor in model.state_dict().items()}
    described = asdict(record) | {"label_space": record.label_space.to_dict()}
    write_tensors(path, {"record": described, "weights": weights})


def load_checkpoint(path: Path) -> tuple[Network, TrainingRecord]:
    """Read what `save_checkpoint` wrote, as a network in evaluation mode on the CPU.

    Raises:
        SignsError: the file is missing.
    """
    if not path.is_file():
        raise SignsError(f"{path} not found: run `dvc repro` to train a model")
    content = torch.load(path, map_location="cpu", weights_only=True)
    described = content["record"]
    label_space = LabelSpace.from_dict(described["label_space"])
    record = TrainingRecord(**described | {"label_space": label_space})
    model = build(record.arch, label_space.num_outputs)
    model.load_state_dict(content["weights"])
    return model.eval(), record
