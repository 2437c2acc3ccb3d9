"""Scenes with a text file for each: `CLASS CENTER_X CENTER_Y WIDTH HEIGHT`, as shares of the sides.

data.yaml                                   names of the classes, and a folder for each part
images/train/a.jpg, labels/train/a.txt      or train/images/a.jpg, train/labels/a.txt

A line with more values is an outline, and its box is taken. An empty or missing file: no sign.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import yaml

from signs.catalog.label_space import LabelSpace
from signs.data.folders.tree import Tree, folded, is_image, part_of
from signs.data.labels import outside_warning, scene_labels
from signs.data.scenes.source import SceneParts, SceneSource, make_scene, size_of
from signs.errors import SignsError, encodable
from signs.records.scene import Scene

LAYOUT = "data.yaml with images/train/a.jpg and labels/train/a.txt (YOLO)"
LICENSE = "as its owner says"
TABLES = {"data.yaml", "data.yml", "dataset.yaml"}
PARTS = {"train": "train", "val": "validation", "test": "test"}


def read(tree: Tree, label_space: LabelSpace) -> SceneSource | None:
    """The scenes of a folder; None where it has no `data.yaml` that names classes and folders.

    Raises:
        SignsError: there are two such files, or one that names no scenes, or scenes of one part in
            another.
    """
    tables = [file for file in tree.files if folded(file.rpartition("/")[2]) in TABLES]
    contents = {file: content for file in tables if (content := _load(tree, file))}
    if not contents:
        return None
    if len(contents) > 1:
        one, other, *_ = contents
        raise SignsError(f"{tree.name} holds both {one} and {other}: name one's folder")
    ((table, content),) = contents.items()
    names = _names(content, table)
    labels = scene_labels(names, label_space)
    found = {part: _scenes_of(tree, table, content, key, part) for key, part in PARTS.items()}
    _refuse_overlap(found, table)
    parts: SceneParts = {
        part: partial(_read, tree, images, labels) for part, images in found.items() if images
    }
    if not parts:
        raise SignsError(f"{table}: none of the folders it names holds an image")
    warnings = outside_warning(names, label_space) + _lonely(tree, found)
    warnings += [
        f"{key} in {table} names no place here that holds images of its own"
        for key, part in PARTS.items()
        if content.get(key) and not found[part]
    ]
    name = f"scenes in YOLO's layout in {tree.name}"
    return SceneSource(name, LICENSE, parts, str(tree.place), "YOLO", tuple(warnings))


def _load(tree: Tree, file: str) -> dict[str, Any] | None:
    """The content of a file; None where it is not one of this layout."""
    try:
        content = yaml.safe_load(tree.read(file))
    except (SignsError, ValueError, yaml.YAMLError):  # ValueError: a date that is none
        return None
    is_ours = isinstance(content, dict) and "names" in content and PARTS.keys() & content.keys()
    return content if is_ours else None


def _names(content: dict[str, Any], file: str) -> list[str]:
    names = content["names"]
    if isinstance(names, dict) and sorted(names) == list(range(len(names))):
        names = [names[number] for number in range(len(names))]
    if not isinstance(names, list) or not all(isinstance(name, str | int) for name in names):
        raise SignsError(f"{file}: `names` must be a list of texts, or number them from 0")
    return [str(name) for name in names]


def _scenes_of(tree: Tree, table: str, content: dict[str, Any], key: str, part: str) -> list[str]:
    """The images of a part.

    Raises:
        SignsError: `data.yaml` names a place for it that holds none.
    """
    places = content.get(key) or []
    places = [places] if isinstance(places, str) else places
    if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
        raise SignsError(f"{table}: {key} must name a folder, or a list of folders")
    images = []
    for place in places:
        found = _images(tree, table.rpartition("/")[0], place, part)
        if not found and key == "train":
            raise SignsError(f"{table}: {place}, which {key} names, holds no image here")
        images += found
    return images


def _images(tree: Tree, root: str, place: str, part: str) -> list[str]:
    """The images in a folder or list that `data.yaml` names, which may count from elsewhere."""
    steps = [p for p in place.replace("\\", "/").split("/") if p not in ("", ".", "..")]
    for start in range(len(steps)):
        folder = "/".join(([root] if root else []) + steps[start:])
        if part_of(folder) not in (None, part):
            continue
        if folder in tree.files and folder.endswith(".txt"):
            lines = tree.read(folder).decode("utf-8-sig", errors="replace").splitlines()
            listed = [tree.find(line, root, part) for line in lines if line.strip()]
            return [image for image in listed if image is not None]
        found = [f for f in tree.files if is_image(f) and f.startswith(f"{folder}/")]
        if found:
            return found
    return []


def _refuse_overlap(found: Mapping[str, Sequence[str]], table: str) -> None:
    """Make sure that no scene is in two parts."""
    seen: dict[str, str] = {}
    for part, images in found.items():
        for image in images:
            if seen.setdefault(image, part) != part:
                raise SignsError(
                    f"{table}: {encodable(image)} is in {seen[image]} and in {part}: name a "
                    "folder of its own for each part"
                )


def _lonely(tree: Tree, found: Mapping[str, Sequence[str]]) -> list[str]:
    """A line on files of labels without an image, if there are any."""
    tables = {folded(_table_of(image)) for images in found.values() for image in images}
    folders = {table.rpartition("/")[0] for table in tables}
    lonely = [
        file
        for file in tree.files
        if (name := folded(file)).endswith(".txt")
        and name.rpartition("/")[0] in folders
        and name not in tables
        and name.rpartition("/")[2] != "classes.txt"
    ]
    if not lonely:
        return []
    return [f"files of labels without an image: {len(lonely)}, such as {encodable(lonely[0])}"]


def _read(tree: Tree, images: Sequence[str], labels: Sequence[int]) -> Iterator[Scene]:
    known = {folded(file): file for file in tree.files}
    for image in images:
        table = known.get(folded(_table_of(image)))
        signs = []
        if table is not None:
            size = size_of(tree.read(image))
            text = tree.read(table).decode("utf-8-sig", errors="replace")
            signs = [_sign(line, labels, size, table) for line in text.splitlines() if line.strip()]
        yield make_scene(tree, image, [box for box, _ in signs], [label for _, label in signs])


def _table_of(image: str) -> str:
    """The text file of an image, letter case aside: the last folder `images` is `labels` there."""
    folders = list(PurePosixPath(image).with_suffix(".txt").parts)
    for place in reversed(range(len(folders) - 1)):
        if folded(folders[place]) == "images":
            folders[place] = "labels"
            break
    return "/".join(folders)


def _sign(
    line: str, labels: Sequence[int], size: tuple[float, float], table: str
) -> tuple[list[float], int]:
    width, height = size
    try:
        number, *values = line.split()
        if not number.isdecimal():
            raise ValueError(number)
        label = labels[int(number)]
        shares = [float(value) for value in values]
        if len(shares) == 4:
            x, y, w, h = shares
            corners = [x - w / 2, y - h / 2, x + w / 2, y + h / 2]
        elif len(shares) >= 6 and len(shares) % 2 == 0:
            xs, ys = shares[::2], shares[1::2]
            corners = [min(xs), min(ys), max(xs), max(ys)]
        else:
            raise ValueError(line)
    except (ValueError, IndexError):
        raise SignsError(
            f"{encodable(table)}: {line[:60]!r} is not CLASS CENTER_X CENTER_Y WIDTH HEIGHT"
        ) from None
    left, top, right, bottom = corners
    return [left * width, top * height, right * width, bottom * height], label
