"""Open a source of scenes."""

from typing import Protocol

from signs.catalog.label_space import LabelSpace
from signs.data.folders.tree import Tree, open_tree, place_of
from signs.data.scenes import coco, gtsdb, yolo
from signs.data.scenes.source import SceneSource
from signs.errors import SignsError


class SceneLayout(Protocol):
    """A layout of scenes in a folder or a zip archive; any module with these two names is one.

    Attributes:
        LAYOUT: its description, such as "gt.txt with images/00000.jpg".
    """

    LAYOUT: str

    def read(self, tree: Tree, label_space: LabelSpace) -> SceneSource | None:
        """The scenes in `tree`; None where they lie in another layout.

        Raises:
            SignsError: something that the layout needs is missing.
        """


LAYOUTS: tuple[SceneLayout, ...] = (gtsdb, coco, yolo)


def open_scenes(spec: str, label_space: LabelSpace) -> SceneSource:
    """The scenes in a folder or a zip archive.

    Args:
        spec: its path.
        label_space: of the labels; other signs become outside signs.

    Raises:
        SignsError: it is not there, or in no layout that is known.
    """
    path = place_of(spec)
    if not path.exists():
        raise SignsError(f"{spec}: no such folder or zip archive of scenes")
    tree = open_tree(path)
    if source := find_scenes(tree, label_space):
        return source
    known = "; ".join(layout.LAYOUT for layout in LAYOUTS)
    raise SignsError(
        f"{spec} has no known layout of scenes: it holds {tree.describe()}; it should hold one of: "
        f"{known}"
    )


def find_scenes(tree: Tree, label_space: LabelSpace) -> SceneSource | None:
    """The scenes of a folder or archive; None where it has no layout of scenes.

    Raises:
        SignsError: something that its layout needs is missing.
    """
    return next((found for layout in LAYOUTS if (found := layout.read(tree, label_space))), None)
