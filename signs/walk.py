"""The files below a folder that a person put there."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

# What systems and programs leave beside a person's files, hidden files aside. In `__MACOSX` are
# files such as `._a.jpg`, which have an image's name and hold no image.
LITTER = {"__MACOSX", "@eaDir", "Thumbs.db", "desktop.ini", "$RECYCLE.BIN"}


def is_litter(name: str) -> bool:
    """Whether a file or folder of this name is not a person's."""
    return name.startswith(".") or name in LITTER


def files_below(folder: Path, refuse: Callable[[Path, str], None]) -> Iterator[os.DirEntry[str]]:
    """Files at all depths, in no order, without litter, pipes and the like.

    Links to folders are followed, but not in a circle. A link that leads nowhere counts as a file:
    reading it says what is wrong.

    Args:
        folder: where to begin.
        refuse: called with a folder that cannot be listed, and why.
    """
    waiting: list[tuple[str, frozenset[str]]] = [(str(folder), frozenset())]
    while waiting:
        place, above = waiting.pop()
        real = os.path.realpath(place)
        if real in above:
            continue
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if is_litter(entry.name):
                        continue
                    if _is_folder(entry):
                        waiting.append((entry.path, above | {real}))
                    elif _is_file(entry):
                        yield entry
        except OSError as error:
            refuse(Path(place), error.strerror or str(error))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # such as a link to itself
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file() or (entry.is_symlink() and not Path(entry.path).exists())
    except OSError:
        return True
