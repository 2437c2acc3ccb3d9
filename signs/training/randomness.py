"""The random numbers of one training run, apart from those of the rest of the process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


class Randomness:
    """All sources of randomness of a run: generators of their own, started from one seed.

    Initial weights and dropout draw from torch's global generators, and repeatable results need
    torch's global switch for deterministic algorithms. `in_place` sets both for a block alone.

    Attributes:
        augmentation: the generator for it, on the device.
        sampling: the generator that says which images come together in a batch, on the CPU.
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        self.augmentation = torch.Generator(device).manual_seed(seed)
        self.sampling = torch.Generator().manual_seed(seed)
        self._device = device
        if device.type == "cuda":
            # What is deterministic on CUDA needs this. cuBLAS reads it once, when it starts: it
            # has to stay in the environment.
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        with _restored(device):
            torch.manual_seed(seed)
            self._global = _global_states(device)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the run's random numbers be the global ones, and its algorithms deterministic."""
        with _restored(self._device):
            _set_global_states(self._device, self._global)
            torch.use_deterministic_algorithms(True, warn_only=True)
            try:
                yield
            finally:
                self._global = _global_states(self._device)

    def state_dict(self) -> dict[str, Any]:
        """Where each stream stands."""
        return {
            "augmentation": self.augmentation.get_state(),
            "sampling": self.sampling.get_state(),
            "global": self._global,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go back to a `state_dict`."""
        self.augmentation.set_state(state["augmentation"])
        self.sampling.set_state(state["sampling"])
        self._global = state["global"]


@contextmanager
def _restored(device: torch.device) -> Iterator[None]:
    """Put torch's global generators and switches back to where they were before the block."""
    states = _global_states(device)
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    try:
        yield
    finally:
        _set_global_states(device, states)
        torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)


def _global_states(device: torch.device) -> list[torch.Tensor]:
    """Of the CPU's generator, then of the device's if it is another."""
    states = [torch.get_rng_state()]
    if device.type != "cpu":
        states.append(torch.get_device_module(device).get_rng_state())
    return states


def _set_global_states(device: torch.device, states: list[torch.Tensor]) -> None:
    torch.set_rng_state(states[0])
    if device.type != "cpu":
        torch.get_device_module(device).set_rng_state(states[1])
