"""Find the layout of a source of scenes."""

from typing import Protocol

from signs.catalog.label_space import LabelSpace
from signs.data.folders.tree import Tree
from signs.data.scenes import coco, gtsdb, yolo
from signs.data.scenes.source import SceneSource


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


def find_scenes(tree: Tree, label_space: LabelSpace) -> SceneSource | None:
    """The scenes of a folder or archive; None where it has no layout of scenes.

    Raises:
        SignsError: something that its layout needs is missing.
    """
    return next((found for layout in LAYOUTS if (found := layout.read(tree, label_space))), None)
