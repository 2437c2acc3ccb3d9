"""Averaged weights (EMA) with batch-norm statistics of their own."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

Tensors = list[Tensor] | tuple[Tensor, ...]


class Ema:
    """An exponential moving average of a network's weights.

    Early on the decay is (1 + t) / (10 + t) after t steps, so that the average forgets the random
    start (as in tf.train.ExponentialMovingAverage with num_updates).
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._decay = decay
        self._average = AveragedModel(model, multi_avg_fn=self._blend)

    def state_dict(self) -> dict[str, Tensor]:
        """The average and how many steps are in it."""
        return self._average.state_dict()

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Go back to a `state_dict`."""
        self._average.load_state_dict(state)

    def _blend(self, averaged: Tensors, current: Tensors, steps: Tensor | int) -> None:
        decay = min(self._decay, (1 + int(steps)) / (10 + int(steps)))
        get_ema_multi_avg_fn(decay)(averaged, current, steps)

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Blend in the weights of `model` after a step."""
        self._average.update_parameters(model)

    @torch.no_grad()
    def evaluated_on(self, batches: Iterable[Tensor]) -> nn.Module:
        """The averaged network in evaluation mode, its batch-norm statistics those of `batches`."""
        model: nn.Module = self._average.module
        model.eval()  # all but the norms: statistics are measured as the network will be used
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.reset_running_stats()
                module.momentum = None  # each batch counts the same
                module.train()
        for batch in batches:
            model(batch)
        return model.eval()
