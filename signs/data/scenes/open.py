"""Open the source that `detector.data.source` names."""

from signs.art.drawings import Drawings
from signs.catalog.label_space import LabelSpace
from signs.data.folders.layout import Layout, read_first
from signs.data.folders.opening import open_tree, place_of
from signs.data.folders.tree import Tree
from signs.data.scenes import coco, gtsdb, yolo
from signs.data.scenes.drawn import drawn_scenes
from signs.data.scenes.source import SceneSource
from signs.data.source import RELATIVE_PATH_HINT
from signs.errors import SignsError
from signs.params import DetectorDataParams

LAYOUTS: tuple[Layout[SceneSource], ...] = (gtsdb, coco, yolo)


def open_scenes(
    spec: str, params: DetectorDataParams, drawings: Drawings, seed_offset: int = 0
) -> SceneSource:
    """Find what `spec` means: `drawn`, a folder, or a zip archive.

    Args:
        spec: the value of `detector.data.source` or `detector.data.test_source`.
        params: how many roads to draw, and from which seed.
        drawings: of the label space.
        seed_offset: added to that seed, so that two drawn sources differ.

    Raises:
        SignsError: nothing is there, the folder has no known layout of scenes, or a sign has no
            drawing.
    """
    if spec == "drawn":
        return drawn_scenes(params.drawn_scenes, params.seed + seed_offset, drawings)
    place = place_of(spec)
    if not place.exists():
        hint = "" if place.is_absolute() else RELATIVE_PATH_HINT
        raise SignsError(f"scenes {spec!r} is neither `drawn`, a folder nor a zip archive{hint}")
    tree = open_tree(place)
    if source := find_scenes(tree, drawings.label_space):
        if "train" not in source.parts and "test" not in source.parts:
            raise SignsError(f"{source.name}: there is neither a part train nor test")
        return source
    known = "; ".join(layout.LAYOUT for layout in LAYOUTS)
    raise SignsError(
        f"{spec} has no known layout of scenes: it holds {tree.describe()}; it should hold one of: "
        f"{known}"
    )


def find_scenes(tree: Tree, label_space: LabelSpace) -> SceneSource | None:
    """The scenes of a folder or archive; None where it has no layout of scenes.

    Args:
        tree: the files.
        label_space: of the labels; other signs become outside signs.

    Raises:
        SignsError: something that its layout needs is missing.
    """
    return read_first(LAYOUTS, tree, label_space)
