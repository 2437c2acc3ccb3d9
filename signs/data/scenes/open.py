"""Find the layout of a source of scenes."""

from signs.catalog.label_space import LabelSpace
from signs.data.folders.layout import Layout, read_first
from signs.data.folders.tree import Tree
from signs.data.scenes import coco, gtsdb, yolo
from signs.data.scenes.source import SceneSource

LAYOUTS: tuple[Layout[SceneSource], ...] = (gtsdb, coco, yolo)


def find_scenes(tree: Tree, label_space: LabelSpace) -> SceneSource | None:
    """The scenes of a folder or archive; None where it has no layout of scenes.

    Args:
        tree: the files.
        label_space: of the labels; other signs become outside signs.

    Raises:
        SignsError: something that its layout needs is missing.
    """
    return read_first(LAYOUTS, tree, label_space)
