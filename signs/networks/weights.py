"""The weights of any network: their number, and a file of them."""

from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from signs.catalog.label_space import LabelSpace
from signs.errors import SignsError
from signs.files import atomic_path

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def count_parameters(model: nn.Module) -> int:
    """Number of trainable weights."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def save_weights(path: Path, model: nn.Module, record: "DataclassInstance") -> None:
    """Write weights, and how they came to be; the same ones give the same bytes.

    Args:
        record: with a field `label_space`.
    """
    weights = {name: tensor.cpu().contiguous() for name, tensor in model.state_dict().items()}
    write_tensors(path, {"record": asdict(record), "weights": weights})


def read_weights(path: Path, what: str) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """The fields of the record and the weights that `save_weights` wrote, on the CPU.

    Args:
        what: that is missing where the file is, for the message.

    Raises:
        SignsError: the file is missing.
    """
    if not path.is_file():
        raise SignsError(f"{path} not found: run `dvc repro` to train a {what}")
    content = torch.load(path, map_location="cpu", weights_only=True)
    record = content["record"]
    label_space = LabelSpace.from_dict(record["label_space"])
    return {**record, "label_space": label_space}, content["weights"]


def write_tensors(path: Path, content: dict[str, Any]) -> None:
    """`torch.save`, whole or not at all; the same content gives the same bytes.

    Raises:
        OSError: the file cannot be written.
    """
    stream = BytesIO()  # into a path, torch would write that path's name too, and hide errors
    torch.save(content, stream)
    with atomic_path(path) as temporary:
        temporary.write_bytes(stream.getbuffer())
