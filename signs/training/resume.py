"""The state of a training run on disk, so that one that was stopped can go on."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from signs.training.checkpoint import write_tensors


@dataclass(frozen=True)
class StateFile:
    """A file for the state of one run, in a folder of its own.

    Attributes:
        path: the file.
        fingerprint: of the run's data, params and code; a state with another one is as good as
            none.
    """

    path: Path
    fingerprint: str

    def save(self, state: dict[str, Any]) -> None:
        """Replace the state, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        write_tensors(self.path, {"fingerprint": self._key(), "state": state})

    def load(self) -> dict[str, Any] | None:
        """The state of this very run, its tensors on the CPU; None if there is none."""
        if not self.path.is_file():
            return None
        content = torch.load(self.path, map_location="cpu", weights_only=True)
        return content["state"] if content["fingerprint"] == self._key() else None

    def remove(self) -> None:
        """Delete the state's folder, with what killed runs may have left in it."""
        shutil.rmtree(self.path.parent, ignore_errors=True)

    def _key(self) -> str:
        return f"{self.fingerprint} torch {torch.__version__}"
