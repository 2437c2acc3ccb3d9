"""From packed images to a network's logits."""

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from signs.networks.architectures import Network


@torch.inference_mode()
def predict_logits(
    model: Network,
    images: npt.NDArray[np.uint8],
    batch_size: int = 256,
    size: int | None = None,
) -> npt.NDArray[np.float32]:
    """Run packed images through a network, which is left in evaluation mode.

    Args:
        images: uint8[N, S, S, 3].
        size: side to scale them to first; None leaves them as they are.

    Returns:
        logits float32[N, O]: the classes, then, where the label space has it, the negative.
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
