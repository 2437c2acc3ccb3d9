"""The state of a training run on disk, so that one that was stopped can go on."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from signs.errors import SignsError
from signs.networks.checkpoint import write_tensors


@dataclass(frozen=True)
class StateFile:
    """The file of one run's state, in a folder that holds those of other runs too.

    Attributes:
        folder: the folder.
        fingerprint: of the run's data, params and code; the file's name, so that a run never finds
            the state of another one.
    """

    folder: Path
    fingerprint: str

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / f"{self.fingerprint[:16]}.pt"

    def save(self, state: dict[str, Any]) -> None:
        """Replace the state, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        write_tensors(self.path, {"key": self._key(), "state": state})

    def load(self) -> dict[str, Any] | None:
        """The state of this very run, its tensors on the CPU; None if there is none.

        A file that cannot be read counts as none, and is said so.
        """
        if not self.path.is_file():
            return None
        try:
            content = torch.load(self.path, map_location="cpu", weights_only=True)
            return content["state"] if content["key"] == self._key() else None
        except Exception as error:  # torch has no one exception for broken files
            reason = " ".join(str(error).split())[:80]
            print(f"{self.path} cannot be read, training starts anew: {reason}", file=sys.stderr)
            return None

    def remove(self) -> None:
        """Delete the state, with what killed runs may have left of it."""
        for path in self.folder.glob(f"*{self.path.stem}*"):
            path.unlink(missing_ok=True)

    @contextmanager
    def only_one(self) -> Iterator[None]:
        """Hold the folder while the block trains; the lock ends with the process, however it ends.

        Raises:
            SignsError: another process holds it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise SignsError(
                    "another training still runs in this folder, perhaps one whose `dvc` was "
                    f"killed: wait for it, or end it (process {lock.read().strip() or 'unknown'})"
                ) from None
            lock.truncate(0)
            print(os.getpid(), file=lock, flush=True)
            try:
                yield
            finally:
                lock.truncate(0)

    def _key(self) -> str:
        devices = torch.cuda.device_count()
        return f"{self.fingerprint} torch {torch.__version__} cuda {devices}"
