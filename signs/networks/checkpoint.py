"""The checkpoint that training leaves for export."""

from dataclasses import dataclass
from pathlib import Path

from signs.catalog.label_space import LabelSpace
from signs.networks.architectures import Network, build
from signs.networks.weights import read_weights, save_weights


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
    save_weights(path, model, record)


def load_checkpoint(path: Path) -> tuple[Network, TrainingRecord]:
    """Read what `save_checkpoint` wrote, as a network in evaluation mode on the CPU.

    Raises:
        SignsError: the file is missing.
    """
    fields, weights = read_weights(path, "model")
    record = TrainingRecord(**fields)
    model = build(record.arch, record.label_space.num_outputs)
    model.load_state_dict(weights)
    return model.eval(), record
