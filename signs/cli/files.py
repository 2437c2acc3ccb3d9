"""The images that the paths of a command line mean."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from signs.errors import printable
from signs.pictures.formats import SUFFIXES, ImageError
from signs.walk import files_below

MAX_FILE = 1_000_000_000  # bytes that are read of a file: a TIFF of 100 megapixels has 600 million
NAMED = 5  # kinds of files that are passed over, named in the line that counts them


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What the paths lead to.

    Attributes:
        paths: of images, and of what cannot be read, in the order of the command line; inside of a
            folder sorted.
        problems: why some of `paths` are certain not to be read.
        passed_over: how many other files the folders hold, by suffix.
    """

    paths: list[Path] = field(default_factory=list)
    problems: dict[Path, str] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)

    @property
    def pictures(self) -> list[Path]:
        """Those of `paths` that are to be opened."""
        return [path for path in self.paths if path not in self.problems]

    def refuse(self, path: Path, problem: str) -> None:
        """Note a path that cannot be read."""
        self.paths.append(path)
        self.problems[path] = problem


def find_images(paths: Sequence[Path]) -> FoundFiles:
    """List the images: files as given, and all images anywhere below the folders, sorted.

    In a folder, hidden files and folders are skipped, and so is what `signs.walk` calls litter.
    """
    found = FoundFiles()
    for given in paths:
        path = meant(given)
        try:
            if path.is_dir():
                _search(path, found)
            elif path.is_file():
                found.paths.append(path)
            elif path.exists():
                found.refuse(path, "neither a file nor a folder")
            elif path.is_symlink():
                found.refuse(path, f"a link to {path.readlink()}, where nothing is")
            elif str(path).startswith(("http:/", "https:/")):
                found.refuse(path, "a web address: download the picture, then name its file")
            else:
                found.refuse(path, "no such file or folder")
        except (OSError, ValueError) as error:  # ValueError: a zero in the name
            found.refuse(path, getattr(error, "strerror", None) or str(error))
    return found


def meant(path: Path) -> Path:
    """A path as shells and file managers write it: `~/a.jpg` in quotes, `file:///home/me/a.jpg`."""
    text = str(path)
    if text.startswith("file:/") and not path.exists():
        place = urlsplit(text).path.removeprefix("/localhost")
        return Path(unquote(place, errors="surrogateescape"))
    if text.startswith("~") and not path.exists():
        try:
            return path.expanduser()
        except RuntimeError:  # no such user
            return path
    return path


def _search(folder: Path, found: FoundFiles) -> None:
    images = []
    for entry in files_below(folder, found.refuse):
        suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 -- a hundred thousand times
        if suffix in SUFFIXES:
            images.append(Path(entry.path))
        else:
            found.passed_over[suffix] += 1
    if images:
        found.paths.extend(sorted(images))
    elif not any(path.is_relative_to(folder) for path in found.problems):
        kinds = ", ".join(sorted(suffix.removeprefix(".") for suffix in SUFFIXES))
        found.refuse(folder, f"no image in this folder ({kinds})")


def counted(passed_over: Counter[str]) -> str:
    """A line that says how many files were passed over; "" where there are none."""
    total = passed_over.total()
    if not total:
        return ""
    first = sorted(passed_over.items(), key=lambda item: (-item[1], item[0]))[:NAMED]
    kinds = [f"{count:,} {printable(suffix) or 'without a suffix'}" for suffix, count in first]
    if rest := total - sum(count for _, count in first):
        kinds.append(f"{rest:,} others")
    what = "file that is not a picture" if total == 1 else "files that are not pictures"
    return f"passed over {total:,} {what}: {', '.join(kinds)}"


def read_image(path: Path, problems: Mapping[Path, str]) -> bytes:
    """The content of an image's file.

    Args:
        problems: why some paths are not to be opened, as in `FoundFiles`.

    Raises:
        ImageError: it cannot be read; the text says why.
    """
    if path in problems:
        raise ImageError(problems[path])
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise ImageError(f"the file has {size / 1e6:,.0f} MB, more than pictures have")
        return path.read_bytes()
    except OSError as error:
        raise ImageError(error.strerror or str(error)) from None
