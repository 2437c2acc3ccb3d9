"""The drawings of a label space."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from signs.catalog.gtsrb import GTSRB
from signs.catalog.label_space import LabelSpace
from signs.catalog.label_spaces import open_label_space
from signs.errors import SignsError

FOLDER = "svg"  # inside a label space's folder, next to its table


@dataclass(frozen=True)
class Drawings:
    """A label space and the folder of its drawings.

    `05.svg` is the current design of class 5, and `05-old.svg` its variant "old".

    Attributes:
        label_space: the signs that are drawn.
        folder: of the SVG files; may be missing if all signs come from photos.
    """

    label_space: LabelSpace
    folder: Path

    def __len__(self) -> int:
        """The number of signs, K."""
        return len(self.label_space)

    @property
    def exist(self) -> bool:
        """Whether there is any drawing."""
        return any(self.folder.glob("[0-9][0-9]*.svg"))

    def require(self) -> None:
        """Make sure that each sign has a drawing.

        Raises:
            SignsError: a sign has no drawing; the message names the file.
        """
        for class_id in range(len(self)):
            self.of(class_id)

    def of(self, class_id: int) -> dict[str, Path]:
        """The files of a class by variant: "" (the current design) first, then others by name.

        Raises:
            ValueError: no class has this id.
            SignsError: the class has no drawing.
        """
        if not 0 <= class_id < len(self):
            raise ValueError(f"class {class_id} is not in 0 to {len(self) - 1}")
        return _files(self.folder, class_id)


GTSRB_DRAWINGS = Drawings(GTSRB, Path(__file__).parent / "svg")


def open_drawings(spec: str) -> Drawings:
    """The drawings of the label space that the param `signs` names.

    Args:
        spec: `gtsrb`, or a folder with a table `signs.csv` and drawings `svg/NN.svg`.

    Raises:
        SignsError: `spec` is neither, or the table cannot be used.
    """
    if spec == "gtsrb":
        return GTSRB_DRAWINGS
    return Drawings(open_label_space(spec), Path(spec).expanduser().resolve() / FOLDER)


@lru_cache(maxsize=1024)
def _files(folder: Path, class_id: int) -> dict[str, Path]:
    prefix = f"{class_id:02d}"
    today = folder / f"{prefix}.svg"
    if not today.is_file():
        place = f"{folder.parent.name}/{folder.name}/{today.name}"
        raise SignsError(
            f"{place} not found: each sign needs a drawing, unless data.source names photos and "
            "data.add_drawn is 0"
        )
    others = sorted(folder.glob(f"{prefix}-*.svg"))
    return {"": today} | {path.stem.removeprefix(f"{prefix}-"): path for path in others}
