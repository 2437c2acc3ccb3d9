"""Open the source that `data.source` names."""

from dataclasses import replace
from pathlib import PurePosixPath

from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.catalog.label_space import LabelSpace
from signs.data.drawn import drawn_source
from signs.data.folders import archive, class_folders, kaggle, parquet
from signs.data.folders.layout import Layout, read_first
from signs.data.folders.opening import merged, open_tree, place_of, zips_in
from signs.data.folders.tree import Tree
from signs.data.hub import hub_source, is_hub_id
from signs.data.official import NAME as OFFICIAL
from signs.data.official import official_tree
from signs.data.source import RELATIVE_PATH_HINT, Source
from signs.errors import SignsError
from signs.params import DataParams

LAYOUTS: tuple[Layout[Source], ...] = (parquet, archive, kaggle, class_folders)
SCENE_TABLES = {"gt.txt", "data.yaml", "_annotations.coco.json"}
# Files that people have, in forms that are not read, and what to do about them.
HINTS = (
    ({".p", ".pkl", ".pickle"}, "pickles are not read, since opening one can run a program: save "
     "its images as PNG files in class folders"),
    ({".arrow"}, "save the data set with `to_parquet`, as train.parquet and test.parquet"),
    ({".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz"}, "unpack the archive first"),
    ({".zip"}, "unpack the archives first, where they hold such a layout"),
    ({".h5", ".hdf5", ".npy", ".npz"}, "save its images as PNG files in class folders"),
)  # fmt: skip


def open_source(
    spec: str,
    params: DataParams,
    seed_offset: int = 0,
    drawings: Drawings = GTSRB_DRAWINGS,
) -> Source:
    """Find what `spec` means: `drawn`, `gtsrb`, a folder, a zip archive or a hub id.

    Args:
        spec: the value of `data.source` or `data.test_source`; the first that fits, in this order.
        params: how many images to draw, and from which seed.
        seed_offset: added to that seed, so that two drawn sources differ.
        drawings: of the label space, for `drawn`.

    Raises:
        SignsError: `spec` is not one of these, the folder has no known layout, the hub or the
            benchmark's site cannot be reached, or a sign has no drawing.
    """
    if spec == "drawn":
        return drawn_source(params.drawn_per_class, params.seed + seed_offset, drawings)
    return open_photos(spec, drawings.label_space)


def open_photos(spec: str, label_space: LabelSpace) -> Source:
    """Like `open_source`, for sources of photos.

    Raises:
        SignsError: as `open_source` does.
    """
    if spec == OFFICIAL:
        source = read_photos(official_tree(), spec, label_space)
        return replace(source, name="photos from GTSRB's official archives", id=OFFICIAL)
    path = place_of(spec)
    if path.exists():
        return read_photos(open_tree(path), spec, label_space)
    if is_hub_id(spec):
        return hub_source(spec, label_space)
    if path.is_absolute():
        raise SignsError(f"data source {spec!r}: nothing is there")
    hint = RELATIVE_PATH_HINT
    raise SignsError(
        f"data source {spec!r} is neither `drawn`, `{OFFICIAL}`, a folder, a zip archive nor a hub "
        f"id{hint}"
    )


def read_photos(tree: Tree, spec: str, label_space: LabelSpace) -> Source:
    """The photos in the layout that the tree has.

    Args:
        tree: the files of a folder or archive.
        spec: what a person called it, for errors.
        label_space: of the labels.

    Raises:
        SignsError: it has none that is known; the message says what is there instead.
    """
    for candidate in (tree, *([merged(zips)] if (zips := zips_in(tree)) else [])):
        if source := read_first(LAYOUTS, candidate, label_space):
            return source
    known = "; ".join(layout.LAYOUT for layout in LAYOUTS)
    if not tree.files:
        raise SignsError(f"{spec} is empty; it should hold one of: {known}")
    raise SignsError(
        f"{spec} has no known layout: it holds {tree.describe()}{_hint(tree)}; it should hold one "
        f"of: {known}"
    )


def _hint(tree: Tree) -> str:
    """What to do about files that hold photos in a form that is not read."""
    names = {file.rpartition("/")[2].lower() for file in tree.files}
    if names & SCENE_TABLES:
        return " (which look like road scenes: crops around one sign are wanted here)"
    suffixes = {PurePosixPath(name).suffix for name in names}
    return next((f" ({hint})" for forms, hint in HINTS if suffixes & forms), "")
