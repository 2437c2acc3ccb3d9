"""GTSDB, the German Traffic Sign Detection Benchmark, as its authors' archives unpack.

gt.txt                       a line for each sign: NAME;LEFT;TOP;RIGHT;BOTTOM;CLASS
00000.ppm, 00001.ppm, ...    the scenes, beside it or in images/; those without a line show no sign

The corners are inclusive. The classes are those of GTSRB. Folders such as 00/ hold crops, which are
not read.

S. Houben, J. Stallkamp, J. Salmen, M. Schlipsing, C. Igel, "Detection of traffic signs in
real-world images: the German Traffic Sign Detection Benchmark", IJCNN 2013.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath

from signs.catalog.gtsrb import GTSRB
from signs.catalog.label_space import LabelSpace
from signs.data.folders.tree import Tree, folded, is_image
from signs.data.labels import read_label
from signs.data.scenes.source import SceneSource, make_scene
from signs.errors import SignsError, encodable
from signs.records.scene import Scene

LAYOUT = "gt.txt with 00000.ppm or images/00000.jpg (GTSDB)"
TABLE = "gt.txt"
LICENSE = (
    "any use; cite S. Houben, J. Stallkamp, J. Salmen, M. Schlipsing, C. Igel, "
    '"Detection of traffic signs in real-world images: the German Traffic Sign Detection '
    'Benchmark", IJCNN 2013'
)

Row = tuple[tuple[int, int, int, int], int]


def read(tree: Tree, label_space: LabelSpace) -> SceneSource | None:
    """The scenes of a folder; None for another layout.

    Raises:
        SignsError: there are two tables, a line of the table is not as above, or a scene that it
            names is missing.
    """
    tables = [file for file in tree.files if folded(file.rpartition("/")[2]) == TABLE]
    if not tables:
        return None
    if len(tables) > 1:
        raise SignsError(f"{tree.name} holds both {tables[0]} and {tables[1]}: name one's folder")
    folder = tables[0].rpartition("/")[0]
    scenes = _scenes_beside(tree, folder)
    rows = read_rows(tree.read(tables[0]), tables[0])
    missing = sorted(rows.keys() - scenes.keys())
    if missing:
        raise SignsError(
            f"{len(missing)} of {len(rows)} scenes that {tables[0]} names are not in {tree.name}, "
            f"such as {missing[0]}: unpack the archive again"
        )
    parts = {"train": partial(_read, tree, scenes, rows, label_space)}
    name = f"scenes in GTSDB's layout in {tree.name}"
    return SceneSource(name, LICENSE, parts, str(tree.place), "GTSDB")


def read_rows(table: bytes, place: str) -> Mapping[str, Sequence[Row]]:
    """The boxes and class ids by scene, named without suffix.

    Returns:
        Left, top, right and bottom in pixels, right and bottom exclusive.

    Raises:
        SignsError: a line is not as above.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for line in table.decode("utf-8-sig", errors="replace").splitlines():
        if not line.strip():
            continue
        try:
            name, *numbers = re.split(r"[;,\t]", line)
            left, top, right, bottom, label = map(int, numbers)
        except ValueError:
            raise SignsError(
                f"{place}: {line[:60]!r} is not NAME;LEFT;TOP;RIGHT;BOTTOM;CLASS"
            ) from None
        stem = PurePosixPath(name.replace("\\", "/")).stem
        rows[stem].append(((left, top, right + 1, bottom + 1), label))
    return rows


def _scenes_beside(tree: Tree, folder: str) -> dict[str, str]:
    """The scenes by name without suffix: in `images`, or else beside the table."""
    for place in (f"{folder}/images".strip("/"), folder):
        found = {
            PurePosixPath(file).stem: file
            for file in tree.files
            if is_image(file) and file.rpartition("/")[0] == place
        }
        if found:
            return found
    raise SignsError(
        f"{encodable(folder) or tree.name} has {TABLE} and no scenes: unpack the archive"
    )


def _read(
    tree: Tree,
    scenes: Mapping[str, str],
    rows: Mapping[str, Sequence[Row]],
    label_space: LabelSpace,
) -> Iterator[Scene]:
    for stem in sorted(scenes):
        signs = rows.get(stem, ())
        labels = [_label(number, label_space) for _, number in signs]
        yield make_scene(tree, scenes[stem], [box for box, _ in signs], labels)


def _label(number: int, label_space: LabelSpace) -> int:
    """A class of GTSRB in a label space."""
    if label_space == GTSRB and 0 <= number < len(GTSRB):
        return number
    found = read_label(GTSRB.names[number], label_space) if 0 <= number < len(GTSRB) else None
    return label_space.outside_label if found is None else found
