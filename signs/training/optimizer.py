"""AdamW and its learning rate from step to step."""

import numpy as np
import torch
from torch import nn

from signs.params import DetectorTrainParams, TrainParams


def make_optimizer(
    model: nn.Module, params: TrainParams | DetectorTrainParams, total_steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """AdamW without decay on biases and norms; linear warm-up, then half a cosine to zero."""
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [
            {"params": decayed, "weight_decay": params.weight_decay},
            {"params": plain, "weight_decay": 0.0},
        ],
        lr=params.learning_rate,
    )
    # One formula for both parts: torch's LinearLR and CosineAnnealingLR compute each rate from the
    # one before, and so differ from it in the last bits.
    warmup_steps = max(1, round(total_steps * params.warmup_fraction))

    def factor(step: int) -> float:
        if step < warmup_steps:
            return (step + 1) / (warmup_steps + 1)
        progress = (step - warmup_steps) / max(1, total_steps - warmup_steps)
        return 0.5 * (1 + float(np.cos(np.pi * progress)))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
