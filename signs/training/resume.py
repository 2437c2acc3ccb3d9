"""The state of a training run on disk, so that a stopped run can go on."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout

from signs.errors import SignsError
from signs.networks.weights import write_tensors

KEPT = 14 * 24 * 3600  # seconds that the state of a stopped run is kept


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
        """The state of this run, its tensors on the CPU; None if there is none.

        A file that cannot be read counts as none; a line on stderr says so.
        """
        if not self.path.is_file():
            return None
        try:
            content = torch.load(self.path, map_location="cpu", weights_only=True)
            return content["state"] if content["key"] == self._key() else None
        except Exception as error:  # torch has no one exception for broken files
            reason = " ".join(str(error).split())[:80]
            print(
                f"{self.path} cannot be read, training starts from the beginning: {reason}",
                file=sys.stderr,
            )
            return None

    def remove(self) -> None:
        """Delete the state, with what killed processes may have left of it."""
        for path in self.folder.glob(f"*{self.path.stem}*"):
            path.unlink(missing_ok=True)

    @contextmanager
    def only_one(self) -> Iterator[None]:
        """Hold the folder while the block trains; the lock ends with the process, however it ends.

        States of other runs, and temporaries, that nothing has touched for two weeks are deleted.

        Raises:
            SignsError: another process holds it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "lock")
        holder = self.folder / "holder"  # not the lock: Windows may let no one else read that
        try:
            lock.acquire(blocking=False)
        except Timeout:
            process = holder.read_text() if holder.is_file() else "unknown"
            raise SignsError(
                "another training still runs in this folder, perhaps one whose `dvc` was "
                f"killed: wait for it, or end it (process {process})"
            ) from None
        try:
            holder.write_text(str(os.getpid()))
            self._remove_stale()
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()

    def _remove_stale(self) -> None:
        for path in self.folder.glob("*.pt"):  # temporaries too: their names begin with a dot
            if path != self.path and time.time() - path.stat().st_mtime > KEPT:
                path.unlink()

    def _key(self) -> str:
        devices = torch.cuda.device_count()
        return f"{self.fingerprint} torch {torch.__version__} cuda {devices}"
