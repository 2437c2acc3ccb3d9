"""What a network costs, whatever it was trained on."""

import torch
from torch.utils.flop_counter import FlopCounterMode

from signs.training.architectures import Recognizer


def multiply_adds(model: Recognizer, size: int) -> int:
    """Of one image of that side, in pixels: those of convolutions and matrix products.

    Biases, norms and what comes before the network are not counted. Leaves the network in
    evaluation mode.
    """
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        model.eval()(torch.zeros(1, 3, size, size))
    return counter.get_total_flops() // 2
