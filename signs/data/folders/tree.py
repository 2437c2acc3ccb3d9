"""The files below a folder or in a zip archive, as one value."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from signs.errors import SignsError, encodable
from signs.pictures.formats import SUFFIXES
from signs.walk import files_below

# Words in the name of a folder that announce a part.
PARTS = {
    "train": {"train", "training", "trainset"},
    "test": {"test", "testing", "testset"},
    "validation": {"val", "valid", "validation", "dev"},
}
NAMED = 6  # files or folders that a message names


@dataclass(frozen=True)
class Tree:
    """Files by name, without hidden ones and other litter.

    Attributes:
        name: of the folder or archive, for people.
        place: its resolved path. Private: it is not shown in results.
        open: opens a file of `files` for reading in binary; raises OSError where it cannot.
        files: their paths inside, with "/", sorted.
    """

    name: str
    place: Path
    open: Callable[[str], BinaryIO]
    files: tuple[str, ...]

    def read(self, file: str) -> bytes:
        """The content of a file.

        Raises:
            SignsError: it cannot be read.
        """
        try:
            with self.open(file) as stream:
                return stream.read()
        except OSError as error:
            reason = error.strerror or error
            raise SignsError(f"{encodable(file)} cannot be read: {reason}") from None

    def read_photo(self, file: str) -> bytes:
        """The same for a photo; empty where it cannot be read, so that it counts as unreadable."""
        try:
            return self.read(file)
        except SignsError:
            return b""

    def images(self) -> Iterator[str]:
        """The files that are named like pictures."""
        return (file for file in self.files if is_image(file))

    def find(self, path: str, near: str = "", part: str | None = None) -> str | None:
        """The file that a table means by a path, which another machine may have written.

        Backslashes, letter case, Unicode forms and folders in front do not matter, as long as one
        file fits better than all others. A path with a folder must fit in that folder too; a bare
        name must lie below `near`.

        Args:
            path: as it stands in the table.
            near: the folder that the path should count from.
            part: "train", "test" or "validation": a file elsewhere than the table says does not
                count where its folder announces another part.
        """
        wanted = path.replace("\\", "/").strip().removeprefix("./")
        direct = f"{near}/{wanted}" if near else wanted
        if direct in self._known:
            return direct
        parts = [part for part in wanted.split("/") if part]
        if not parts:
            return None
        scores = {}
        for file in self._by_name.get(folded(parts[-1]), ()):
            if part and part_of(_folder(file)) not in (None, part):
                continue
            fit = _common_end(parts, file.split("/"), folded)
            if fit > 1 or (len(parts) == 1 and file.startswith(f"{near}/" if near else "")):
                scores[file] = (fit, _common_end(parts, file.split("/")))
        best = max(scores.values(), default=None)
        fits = [file for file, score in scores.items() if score == best]
        return fits[0] if len(fits) == 1 else None

    def describe(self) -> str:
        """What lies at the top, in words, such as "2 folders (a, b) and 9 files (9 .jpg)"."""
        folders = sorted({file.split("/")[0] for file in self.files if "/" in file})
        kinds = Counter(
            PurePosixPath(file).suffix.lower() or "without suffix"
            for file in self.files
            if "/" not in file
        )
        said = []
        if folders:
            more = ", ..." if len(folders) > NAMED else ""
            said.append(f"{_count(len(folders), 'folder')} ({', '.join(folders[:NAMED])}{more})")
        if kinds:
            most = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(NAMED))
            said.append(f"{_count(kinds.total(), 'file')} ({most})")
        return " and ".join(said) or "nothing"

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.files)

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[str]]:
        names: dict[str, list[str]] = defaultdict(list)
        for file in self.files:
            names[folded(file.rsplit("/", 1)[-1])].append(file)
        return names


def list_folder(folder: Path) -> Tree:
    """The files below a folder; links are followed, but not in a circle.

    Raises:
        SignsError: a folder in it cannot be listed.
    """

    def refuse(path: Path, reason: str) -> None:
        raise SignsError(f"cannot look into {path}: {reason}")

    place = folder.resolve()
    found = (Path(entry.path).relative_to(place) for entry in files_below(place, refuse))
    files = tuple(sorted(path.as_posix() for path in found))
    return Tree(encodable(place.name), place, lambda file: (place / file).open("rb"), files)


def is_image(file: str) -> bool:
    """Whether a file is named like a picture."""
    return PurePosixPath(file).suffix.lower() in SUFFIXES


def folded(text: str) -> str:
    """A name as file systems compare it that ignore letter case and Unicode forms."""
    return unicodedata.normalize("NFC", text).casefold()


def part_of(folder: str) -> str | None:
    """The part that a folder's name announces: "train", "test", "validation", or None."""
    for name in reversed(folder.split("/")):
        words = set(re.split(r"[^a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()))
        for part, signals in PARTS.items():
            if words & signals:
                return part
    return None


def _folder(file: str) -> str:
    return file.rpartition("/")[0]


def _common_end(one: Sequence[str], other: Sequence[str], form: Callable[[str], str] = str) -> int:
    """How many last parts of two paths are equal."""
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if form(a) != form(b):
            break
        count += 1
    return count


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
