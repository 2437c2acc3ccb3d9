"""Signs as pictures: drawn into what they were found in, and cut out of it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from signs.cli.detecting.results import PictureResult
from signs.cli.output import writing
from signs.cli.png import FAST, save_png
from signs.inference.annotate import annotate
from signs.inference.marks import marks_of
from signs.inference.scene_reader import crop_around


class Names:
    """A name for each picture, without a suffix, that no other has; small letters or not."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, path: Path) -> str:
        """The stem of a path, with a number where it comes again: a, a_2, a_3."""
        name, count = path.stem, 1
        while name.casefold() in self._taken:
            count += 1
            name = f"{path.stem}_{count}"
        self._taken.add(name.casefold())
        return name


class DrawnPicture:
    """The one picture with its signs, as a PNG file.

    Args:
        names: of the signs, by class id, as they are drawn.
    """

    def __init__(self, target: Path, names: Sequence[str]) -> None:
        self._target, self._names = target, names

    def add(self, result: PictureResult, picture: Image.Image | None) -> None:
        """Write the picture."""
        if picture is not None:
            with writing(self._target) as path:
                drawn = _drawn(picture, result, self._names)
                drawn.save(path, "PNG", compress_level=FAST)

    def end(self) -> None:
        """Nothing is left to write."""


class DrawnFolder:
    """Each picture with its signs, as a PNG file of its name in a folder.

    Args:
        names: of the signs, by class id, as they are drawn.
    """

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._folder, self._files, self._names = folder, Names(), names

    def add(self, result: PictureResult, picture: Image.Image | None) -> None:
        """Write a picture."""
        name = self._files.name(result.path)
        if picture is not None:
            save_png(_drawn(picture, result, self._names), self._folder / f"{name}.png")

    def end(self) -> None:
        """Nothing is left to write."""


class Crops:
    """Each sign with the border that the recognizer saw, as a PNG file in a folder.

    Its name is that of the picture, the place of the sign in the picture's list, from 0 on, and
    the class id.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._names = folder, Names()

    def add(self, result: PictureResult, picture: Image.Image | None) -> None:
        """Write the signs of a picture."""
        name = self._names.name(result.path)
        if picture is not None:
            for place, sign in enumerate(result.signs):
                crop = crop_around(picture, np.array(sign.box, np.float32))
                save_png(crop, self._folder / f"{name}-{place}-{sign.class_id}.png")

    def end(self) -> None:
        """Nothing is left to write."""


def _drawn(picture: Image.Image, result: PictureResult, names: Sequence[str]) -> Image.Image:
    named = [replace(sign, name=names[sign.class_id]) for sign in result.signs]
    return annotate(picture, marks_of(named))
