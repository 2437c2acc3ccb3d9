"""Where `signs detect` writes, checked before the work begins."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from signs.cli.files import FoundFiles, meant
from signs.cli.output import refuse_input, refuse_twins, require_png, require_writable
from signs.errors import SignsError
from signs.pictures.formats import SUFFIXES


@dataclass(frozen=True, slots=True)
class Targets:
    """What is written beside the answers on stdout; None where it is not asked for.

    Attributes:
        csv, coco: files.
        drawing: a PNG file, for the one picture.
        drawings, crops: folders.
    """

    csv: Path | None = None
    coco: Path | None = None
    drawing: Path | None = None
    drawings: Path | None = None
    crops: Path | None = None

    def check(self, found: FoundFiles, models: Sequence[Path]) -> None:
        """Refuse what cannot be written, or would write over what is read; make the folders.

        Args:
            found: the pictures.
            models: files that are read too.

        Raises:
            SignsError: a target is refused.
        """
        named = {
            "--csv": self.csv,
            "--coco": self.coco,
            "--draw": self.drawing or self.drawings,
            "--crops": self.crops,
        }
        refuse_twins({option: path for option, path in named.items() if path is not None})
        for file in (self.csv, self.coco, self.drawing):
            if file is not None:
                refuse_input(file, (*found.paths, *models))
        folders = [folder for folder in (self.drawings, self.crops) if folder is not None]
        for folder in folders:
            if folder.exists() and not folder.is_dir():
                raise SignsError(f"{folder} is a file: name a folder")
            if folder.is_dir() and _holds(folder, found.pictures):
                raise SignsError(f"{folder} holds pictures that are read: name another folder")
        if self.drawing is not None:
            require_writable(self.drawing.parent, self.drawing)
        for folder in folders:
            require_writable(folder, folder)


def drawing_target(
    draw: Path | None, given: Sequence[Path], found: FoundFiles
) -> tuple[Path | None, Path | None]:
    """Whether `--draw` names a file or a folder: the one or the other is not None.

    It is a file where its name ends in .png, and where there is one picture that the command line
    names itself.

    Raises:
        click.UsageError: a file for several pictures.
        SignsError: the name of a file does not end in .png.
    """
    if draw is None:
        return None, None
    suffix = draw.suffix.lower()
    count = len(found.pictures)
    if draw.is_dir():
        return None, draw
    if suffix == ".png" and count <= 1:
        return draw, None
    named_itself = len(given) == 1 and not meant(given[0]).is_dir()
    if named_itself or (suffix in SUFFIXES and count <= 1):
        require_png(draw)
    if suffix in SUFFIXES:
        raise click.UsageError(f"--draw: {draw} is one file for {count:,} pictures: name a folder")
    return None, draw


def _holds(folder: Path, paths: Sequence[Path]) -> bool:
    """Whether a folder holds one of the files, itself and not further below."""
    parents = {path.parent for path in paths}
    parents |= {Path(os.path.realpath(path)).parent for path in paths if path.is_symlink()}
    return any(parent.is_dir() and parent.samefile(folder) for parent in parents)
