"""One clip to read: a folder, which all workers of the service see."""

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

Status = Literal["arriving", "waiting", "running", "done", "failed", "canceled"]
ENDED: tuple[Status, ...] = ("done", "failed", "canceled")


@dataclass(frozen=True, slots=True)
class ClipState:
    """What is known of a job.

    Attributes:
        status: "arriving" while it is uploaded.
        created: when it began to arrive, in seconds since 1970; a fraction tells jobs apart.
        every, max_seconds: which of its frames are wanted, as `Sampling` has them.
        lang: the code of the language in which names are drawn.
        ended: when it ended, in seconds since 1970; None until then.
        code, message: of the error, where it has failed.
    """

    status: Status
    created: float
    every: int = 1
    max_seconds: float | None = None
    lang: str = "en"
    ended: float | None = None
    code: str = ""
    message: str = ""


class ClipJob:
    """A job's folder. Whoever holds its lock may change its state.

    Locks are the system's: those of a process that is killed are free at once, which tells a job
    that is worked on from one that was left behind.

    Args:
        folder: its name is the job's id.

    Attributes:
        folder: as above.
        upload, result, drawn: the clip as it came; the answer as JSON; the clip with its signs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.upload, self.result = folder / "upload", folder / "result.json"
        self.drawn = folder / "drawn.mp4"
        self._lock = FileLock(folder / "lock", thread_local=False)

    @property
    def id(self) -> str:
        """What clients call it."""
        return self.folder.name

    def state(self) -> ClipState | None:
        """Read its state; None where the job is deleted."""
        found = self._read("state.json")
        return None if found is None else ClipState(**found)

    def put(self, state: ClipState) -> None:
        """Change its state; the lock must be held."""
        self.write("state.json", asdict(state))

    def end(self, status: Status, code: str = "", message: str = "") -> None:
        """Note that it has ended, and delete the upload; the lock must be held."""
        state = self.state()
        if state is not None:
            self.put(replace(state, status=status, ended=time.time(), code=code, message=message))
        self.upload.unlink(missing_ok=True)

    def progress(self) -> dict[str, float | None]:
        """What the process that reads the clip says of its progress."""
        return self._read("progress.json") or {}

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Write one of its files, as a whole. After a power failure it may be lost."""
        path = self.folder / f".{name}.{os.getpid()}.{threading.get_ident()}"
        path.write_text(json.dumps(content), encoding="utf-8")
        path.replace(self.folder / name)

    def cancel(self) -> None:
        """Ask whoever works on it to stop; any number of times, by anyone."""
        with suppress(FileNotFoundError):  # the job is deleted
            (self.folder / "cancel").touch()

    @property
    def canceled(self) -> bool:
        """Whether that was asked for."""
        return (self.folder / "cancel").exists()

    def take(self) -> bool:
        """Take the lock; False where another one has it, or the job is deleted."""
        try:
            self._lock.acquire(blocking=False)
        except (Timeout, FileNotFoundError):
            return False
        return True

    def leave(self) -> None:
        """Give the lock back."""
        self._lock.release()

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Take the lock for a while; whether that succeeded."""
        taken = self.take()
        try:
            yield taken
        finally:
            if taken:
                self.leave()

    def size(self) -> int:
        """Bytes on disk."""
        total = 0
        for path in self.folder.glob("*"):
            with suppress(FileNotFoundError):
                total += path.stat().st_size
        return total

    def changed(self) -> float:
        """When files last came or went, in seconds since 1970; now where it is deleted."""
        try:
            return self.folder.stat().st_mtime
        except FileNotFoundError:
            return time.time()

    def delete(self) -> None:
        """Delete it with all files; the lock must be held."""
        # First what it is known by, so that it is deleted as a whole for everyone else.
        (self.folder / "state.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.leave()

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        content: dict[str, Any] = json.loads(text)
        return content
