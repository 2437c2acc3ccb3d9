"""The weights of any network: their number, and a file of them."""

from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from torch import nn

from signs.files import atomic_path


def count_parameters(model: nn.Module) -> int:
    """Number of trainable weights."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def write_tensors(path: Path, content: dict[str, Any]) -> None:
    """`torch.save`, whole or not at all; the same content gives the same bytes.

    Raises:
        OSError: the file cannot be written.
    """
    stream = BytesIO()  # into a path, torch would write that path's name too, and hide errors
    torch.save(content, stream)
    with atomic_path(path) as temporary:
        temporary.write_bytes(stream.getbuffer())
