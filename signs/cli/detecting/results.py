"""The signs of pictures on disk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PIL import Image

from signs.cli.files import read_image
from signs.errors import encodable
from signs.inference.preprocess import ImageError, decode
from signs.inference.scene_reader import SceneReader
from signs.records.found_signs import FoundSign, found_signs
from signs.records.listing import listed


@dataclass(frozen=True, slots=True)
class PictureResult:
    """The signs of one file, or why it has none.

    Attributes:
        path: the picture's file.
        size: width and height of the upright picture in pixels; None if it could not be read.
        signs: those asked for, the highest score first.
        error: why the file could not be read; None if it could.
    """

    path: Path
    size: tuple[int, int] | None = None
    signs: tuple[FoundSign, ...] = ()
    error: str | None = None

    @property
    def name(self) -> str:
        r"""The path as UTF-8 can hold it: other bytes become \xNN."""
        return encodable(str(self.path))


class Sink(Protocol):
    """What takes results one at a time, so that a hundred thousand need little memory."""

    def add(self, result: PictureResult, picture: Image.Image | None) -> None:
        """Take a result; the picture is the upright one, and is not to be kept."""

    def end(self) -> None:
        """Called once all results have come."""


def detect_files(
    reader: SceneReader,
    paths: Sequence[Path],
    problems: Mapping[Path, str],
    min_score: float | None,
) -> Iterator[tuple[PictureResult, Image.Image | None]]:
    """Read pictures in the order of `paths`; a bad file does not stop the others.

    Args:
        problems: why some of the paths are not to be opened.
        min_score: as for `listed`.
    """
    label_space = reader.recognizer.info.label_space
    for path in paths:
        try:
            picture = decode(read_image(path, problems))
        except ImageError as error:
            yield PictureResult(path, error=encodable(str(error))), None
            continue
        found = listed(reader.read(picture), min_score)
        yield PictureResult(path, picture.size, tuple(found_signs(found, label_space))), picture
