"""Writing files so that nothing is ever half-written."""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

# Seconds without a change before a temporary counts as left behind. A process on another machine
# or in another container, whose number says nothing here, may still be writing a younger one.
LEFT_BEHIND = 3600


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target`; rename it to `target` when the block succeeds.

    The temporary name keeps the suffix of `target`, since many writers choose a format by it.
    Missing parent folders are made. When the block raises, `target` is left as it was. What killed
    processes left of earlier tries to write `target` is removed first.

    Raises:
        OSError: the folder cannot be made or written to.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_left_behind(target, target.stem, target.suffix)
    temporary = target.with_name(f".{target.stem}.{os.getpid()}{target.suffix}")
    try:
        yield temporary
        _sync_file(temporary)
        temporary.replace(target)
        _sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Like `atomic_path` for a folder: yield a new empty one; on success it replaces `target`.

    No system renames a folder over one with content. So the old folder steps aside, and it is
    deleted only when the new one is in place; if that fails, it comes back.

    Raises:
        OSError: a folder cannot be made or renamed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_left_behind(target, target.name, "")
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    _remove(temporary)
    temporary.mkdir()
    try:
        yield temporary
        _replace_folder(temporary, target)
    finally:
        _remove(temporary)


def write_text(target: Path, text: str) -> None:
    r"""Write `text` in UTF-8 with `\n` as line ends, on every platform."""
    with atomic_path(target) as path:
        path.write_text(text, encoding="utf-8", newline="\n")


def write_json(target: Path, content: Mapping[str, Any]) -> None:
    """Write `content` as indented JSON, in the mapping's order, with a final newline."""
    write_text(target, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _replace_folder(new: Path, target: Path) -> None:
    """Put `new` in the place of `target`, whose content survives any failure."""
    if not os.path.lexists(target):
        new.replace(target)
        return
    old = new.with_name(f"{new.name}.old")
    _remove(old)
    target.replace(old)
    try:
        new.replace(target)
    except BaseException:
        old.replace(target)
        raise
    _remove(old)


def _remove_left_behind(target: Path, stem: str, suffix: str) -> None:
    """Remove the temporaries of `target` whose processes were killed, and no others.

    A process that was killed between the two renames of `_replace_folder` has left the only copy
    of the old folder: that goes back to its place.
    """
    pattern = re.compile(
        rf"\.{re.escape(stem)}\.(?P<process>\d+){re.escape(suffix)}(?P<old>\.old)?"
    )
    for path in list(target.parent.iterdir()):
        match = pattern.fullmatch(path.name)
        if match is None or _is_alive(int(match["process"])):
            continue
        if match["old"] and not os.path.lexists(target):
            path.replace(target)
        elif time.time() - _last_change(path) > LEFT_BEHIND:
            _remove(path)


def _is_alive(process: int) -> bool:
    """Whether a process of this number runs; taken for granted where asking would stop it."""
    if os.name == "nt":  # there, signal 0 is Ctrl-C
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _last_change(path: Path) -> float:
    """When a file, or anything in a folder, was last written to, in seconds since 1970."""
    try:
        return max(p.lstat().st_mtime for p in (path, *path.rglob("*")))
    except FileNotFoundError:  # what vanishes meanwhile is in use
        return time.time()


def _remove(path: Path) -> None:
    """Delete a file, a link or a folder with its content, if it is there and can be deleted."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _sync_file(path: Path) -> None:
    """Wait until a file's bytes are on the disk: power may fail."""
    with path.open("r+b") as stream:  # Windows flushes only what is open for writing
        os.fsync(stream.fileno())


def _sync_folder(path: Path) -> None:
    """Wait until a folder's names are on the disk, where the system can open a folder."""
    if not hasattr(os, "O_DIRECTORY"):  # as on Windows
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
