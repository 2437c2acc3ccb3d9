"""Scenes with a text file for each: `CLASS CENTER_X CENTER_Y WIDTH HEIGHT`, as shares of the sides.

data.yaml                                   names of the classes, and a folder for each part
images/train/a.jpg, labels/train/a.txt      or train/images/a.jpg, train/labels/a.txt

A line with more values is an outline, and its box is taken. An empty or missing file: no sign.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import yaml

from signs.catalog.label_space import LabelSpace
from signs.data.folders.tree import Tree, folded, is_image
from signs.data.labels import outside_warning, scene_labels
from signs.data.scenes.source import SceneParts, SceneSource, make_scene, size_of
from signs.errors import SignsError, encodable
from signs.records.scene import Scene

LAYOUT = "data.yaml with images/train/a.jpg and labels/train/a.txt (YOLO)"
LICENSE = "as its owner says"
TABLES = {"data.yaml", "data.yml", "dataset.yaml"}
PARTS = {"train": "train", "val": "validation", "test": "test"}


def read(tree: Tree, label_space: LabelSpace) -> SceneSource | None:
    """The scenes of a folder; None where it has no `data.yaml`.

    Raises:
        SignsError: there are two such files, one cannot be read, or it names no scenes.
    """
    tables = [file for file in tree.files if folded(file.rpartition("/")[2]) in TABLES]
    if not tables:
        return None
    if len(tables) > 1:
        raise SignsError(f"{tree.name} holds both {tables[0]} and {tables[1]}: name one's folder")
    content = _load(tree, tables[0])
    names = _names(content, tables[0])
    labels = scene_labels(names, label_space)
    root = tables[0].rpartition("/")[0]
    parts: SceneParts = {}
    for key, part in PARTS.items():
        places = content.get(key) or []
        places = [places] if isinstance(places, str) else places
        images = [image for place in places for image in _images(tree, root, str(place))]
        if images:
            parts[part] = partial(_read, tree, images, labels)
    if not parts:
        raise SignsError(f"{tables[0]}: none of the folders it names holds an image")
    warnings = outside_warning(names, label_space)
    name = f"scenes in YOLO's layout in {tree.name}"
    return SceneSource(name, LICENSE, parts, str(tree.place), "YOLO", tuple(warnings))


def _load(tree: Tree, file: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(tree.read(file))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SignsError(f"{file} is not YAML: {' '.join(str(error).split())[:120]}") from None
    if not isinstance(content, dict) or "names" not in content:
        raise SignsError(f"{file} has no `names` of classes")
    return content


def _names(content: dict[str, Any], file: str) -> list[str]:
    names = content["names"]
    if isinstance(names, dict) and sorted(names) == list(range(len(names))):
        names = [names[number] for number in range(len(names))]
    if not isinstance(names, list):
        raise SignsError(f"{file}: `names` must be a list, or number its entries from 0")
    return [str(name) for name in names]


def _images(tree: Tree, root: str, place: str) -> list[str]:
    """The images below a folder that `data.yaml` names, which may count from elsewhere."""
    parts = [p for p in place.replace("\\", "/").split("/") if p not in ("", ".", "..")]
    for start in range(len(parts)):
        folder = "/".join(([root] if root else []) + parts[start:])
        found = [f for f in tree.files if is_image(f) and f.startswith(f"{folder}/")]
        if found:
            return found
    return []


def _read(tree: Tree, images: Sequence[str], labels: Sequence[int]) -> Iterator[Scene]:
    known = set(tree.files)
    for image in images:
        table = _table_of(image)
        signs = []
        if table in known:
            size = size_of(tree.read(image), image)
            text = tree.read(table).decode("utf-8-sig", errors="replace")
            signs = [_sign(line, labels, size, table) for line in text.splitlines() if line.strip()]
        yield make_scene(tree, image, [box for box, _ in signs], [label for _, label in signs])


def _table_of(image: str) -> str:
    """The text file of an image: the last folder called `images` is `labels` there."""
    folders = list(PurePosixPath(image).with_suffix(".txt").parts)
    for place in reversed(range(len(folders) - 1)):
        if folders[place] == "images":
            folders[place] = "labels"
            break
    return "/".join(folders)


def _sign(
    line: str, labels: Sequence[int], size: tuple[int, int], table: str
) -> tuple[list[float], int]:
    width, height = size
    try:
        number, *values = line.split()
        label = labels[int(float(number))]
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
