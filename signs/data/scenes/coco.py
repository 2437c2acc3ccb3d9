"""Scenes with annotations in COCO's JSON: one file for each part, images anywhere in the folder.

https://cocodataset.org/#format-data: `bbox` is left, top, width, height in pixels.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from signs.catalog.label_space import LabelSpace
from signs.data.folders.tree import Tree, part_of
from signs.data.labels import outside_warning, scene_labels
from signs.data.scenes.source import SceneParts, SceneSource, make_scene
from signs.errors import SignsError
from signs.records.scene import IGNORED, Scene

LAYOUT = "instances_train.json or train/_annotations.coco.json (COCO)"
LICENSE = "as its owner says"
KEYS = ("images", "annotations", "categories")


def read(tree: Tree, label_space: LabelSpace) -> SceneSource | None:
    """The scenes of a folder; None where no JSON file in it is COCO's.

    Raises:
        SignsError: two files are for one part, or one cannot be read.
    """
    parts: SceneParts = {}
    files: dict[str, str] = {}
    names: dict[str, None] = {}
    for file in tree.files:
        content = _load(tree, file) if file.lower().endswith(".json") else None
        if content is None:
            continue
        part = part_of(file) or "train"
        if part in files:
            raise SignsError(f"{tree.name} holds both {files[part]} and {file}: name one's folder")
        labels = _labels(content, label_space, file)
        names |= dict.fromkeys(str(category["name"]) for category in content["categories"])
        files[part] = file
        parts[part] = partial(_read, tree, file, content, labels)
    if not parts:
        return None
    warnings = tuple(outside_warning(list(names), label_space))
    name = f"scenes in COCO's layout in {tree.name}"
    return SceneSource(name, LICENSE, parts, str(tree.place), "COCO", warnings)


def _load(tree: Tree, file: str) -> Mapping[str, Any] | None:
    """The content of a file of annotations; None for other JSON."""
    try:
        content = json.loads(tree.read(file))
    except (SignsError, ValueError):
        if "coco" in file.lower() or "instances" in file.lower():
            raise SignsError(f"{file} cannot be read as JSON: unpack or export it again") from None
        return None
    return content if isinstance(content, dict) and all(key in content for key in KEYS) else None


def _labels(content: Mapping[str, Any], label_space: LabelSpace, file: str) -> dict[int, int]:
    """The label of each category."""
    try:
        names = {category["id"]: str(category["name"]) for category in content["categories"]}
    except (KeyError, TypeError):
        raise SignsError(f"{file}: each category needs an id and a name") from None
    return dict(zip(names, scene_labels(list(names.values()), label_space), strict=True))


def _read(
    tree: Tree, file: str, content: Mapping[str, Any], labels: Mapping[int, int]
) -> Iterator[Scene]:
    near, part = file.rpartition("/")[0], part_of(file)
    try:
        names = {image["id"]: str(image["file_name"]) for image in content["images"]}
        signs: dict[Any, list[tuple[list[float], int]]] = {number: [] for number in names}
        for annotation in content["annotations"]:
            left, top, width, height = map(float, annotation["bbox"])
            label = IGNORED if annotation.get("iscrowd") else labels[annotation["category_id"]]
            box = [left, top, left + width, top + height]
            signs[annotation["image_id"]].append((box, label))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SignsError(
            f"{file}: an image or annotation is not COCO's, or names an id that is not there: "
            f"{error!r}"
        ) from None
    for number, name in names.items():
        found = tree.find(name, near, part) or tree.find(name.split("/")[-1], "", part)
        if found is None:
            raise SignsError(f"{name}, which {file} lists, is not in {tree.name}")
        yield make_scene(tree, found, [b for b, _ in signs[number]], [c for _, c in signs[number]])
