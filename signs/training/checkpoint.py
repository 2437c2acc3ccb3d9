"""The checkpoint that training leaves for evaluation and export."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from signs.classes import NUM_CLASSES
from signs.errors import SignsError
from signs.files import atomic_path
from signs.training.architectures import Recognizer, build


@dataclass(frozen=True)
class TrainingRecord:
    """How a network came to be.

    Attributes:
        arch: its architecture.
        image_size: the side of its square input, in pixels.
        data: where its training images came from.
        fingerprint: hex digest of training data, params and code.
        epoch: the epoch that was kept, from 1.
    """

    arch: str
    image_size: int
    data: str
    fingerprint: str
    epoch: int


def save_checkpoint(path: Path, model: Recognizer, record: TrainingRecord) -> None:
    """Write weights and record; the same ones give the same bytes."""
    weights = {name: tensor.cpu().contiguous() for name, tensor in model.state_dict().items()}
    write_tensors(path, {"record": asdict(record), "weights": weights})


def write_tensors(path: Path, content: dict[str, Any]) -> None:
    """`torch.save`, whole or not at all; the same content gives the same bytes.

    Raises:
        OSError: the file cannot be written.
    """
    stream = BytesIO()  # into a path, torch would write that path's name too, and hide errors
    torch.save(content, stream)
    with atomic_path(path) as temporary:
        temporary.write_bytes(stream.getbuffer())


def load_checkpoint(path: Path) -> tuple[Recognizer, TrainingRecord]:
    """Read what `save_checkpoint` wrote, as a network in evaluation mode on the CPU.

    Raises:
        SignsError: the file is missing.
    """
    if not path.is_file():
        raise SignsError(f"{path} not found: run `dvc repro` to train a model")
    content = torch.load(path, map_location="cpu", weights_only=True)
    record = TrainingRecord(**content["record"])
    model = build(record.arch)
    model.load_state_dict(content["weights"])
    return model.eval(), record


def fingerprint(files: Iterable[Path], params: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over the contents of `files` and `params`.

    A folder stands for the Python files below it. Names count, absolute paths do not.
    """
    digest = hashlib.sha256(json.dumps(params, sort_keys=True).encode())
    for path in files:
        members = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        for member in members:
            digest.update(member.relative_to(path.parent).as_posix().encode())
            with member.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def predict_logits(
    model: Recognizer,
    images: npt.NDArray[np.uint8],
    batch_size: int = 256,
    size: int | None = None,
) -> npt.NDArray[np.float32]:
    """The logits of the classes alone: float32[N, NUM_CLASSES]; else as `predict_outputs`."""
    return predict_outputs(model, images, batch_size, size)[:, :NUM_CLASSES]


@torch.inference_mode()
def predict_outputs(
    model: Recognizer,
    images: npt.NDArray[np.uint8],
    batch_size: int = 256,
    size: int | None = None,
) -> npt.NDArray[np.float32]:
    """Run packed images through a network, which is left in evaluation mode.

    Args:
        images: uint8[N, S, S, 3].
        size: side to scale them to first; None leaves them as they are.

    Returns:
        logits float32[N, NUM_OUTPUTS]: the classes, then "none of them".
    """
    model.eval()
    device = next(model.parameters()).device
    logits = [
        model(as_input(torch.from_numpy(images[start : start + batch_size]).to(device), size))
        for start in range(0, len(images), batch_size)
    ]
    return torch.cat(logits).float().cpu().numpy()


def as_input(images: torch.Tensor, size: int | None = None) -> torch.Tensor:
    """uint8[N, S, S, 3] -> float[N, 3, S, S] in 0 to 1, channels last in memory.

    Args:
        size: side to scale the images to; None leaves them as they are.
    """
    scaled = images.permute(0, 3, 1, 2).float().div_(255)
    if size is None or size == images.shape[1]:
        return scaled
    return F.interpolate(scaled, size=size, mode="bilinear", antialias=True)
