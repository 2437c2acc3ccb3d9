"""Tiny copies of the layouts of road scenes."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.data.folders.opening import open_tree
from signs.data.scenes.open import find_scenes
from signs.data.scenes.source import SceneSource
from signs.records.scene import Scene

Make = Callable[[Path], Path]
OUTSIDE = GTSRB.outside_label
STOP, YIELD = 14, 13
TABLE = "00000.ppm;10;20;29;49;14\n00000.ppm;50;20;69;39;13\n00002.ppm;0;0;15;15;2\n"


def picture(width: int = 200, height: int = 100, kind: str = "JPEG", orientation: int = 1) -> bytes:
    stream = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.new("RGB", (width, height), (90, 90, 90))
    image.save(stream, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return stream.getvalue()


def put(folder: Path, files: dict[str, bytes | str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def gtsdb(table: str = TABLE, place: str = "", suffix: str = "ppm") -> Make:
    """Three scenes; the second one shows no sign."""
    kind = {"ppm": "PPM", "jpg": "JPEG", "png": "PNG"}[suffix]
    files: dict[str, bytes | str] = {
        f"{place}{number:05d}.{suffix}": picture(kind=kind) for number in range(3)
    }
    return lambda folder: put(folder, {"gt.txt": table, "00/00000.ppm": picture(30, 30), **files})


def coco(names: list[str], **changes: object) -> Make:
    content: dict[str, object] = {
        "info": {"description": "a data set of road pictures, with a sign or two in each"},
        "images": [
            {"id": n, "file_name": f"{n}.jpg", "width": 200, "height": 100} for n in range(3)
        ],
        "annotations": [
            {"id": 1, "image_id": 0, "category_id": 1, "bbox": [10, 20, 20, 30], "iscrowd": 0},
            {"id": 2, "image_id": 0, "category_id": 2, "bbox": [50, 20, 20, 20], "iscrowd": 0},
            {"id": 3, "image_id": 2, "category_id": 1, "bbox": [0, 0, 50, 50], "iscrowd": 1},
        ],
        "categories": [{"id": n, "name": name} for n, name in enumerate(names, 1)],
    } | changes
    images: dict[str, bytes | str] = {f"images/{n}.jpg": picture() for n in range(3)}
    images["annotations/instances_train.json"] = json.dumps(content)
    return lambda folder: put(folder, images)


def yolo(data: str, *lines: str, table: str = "labels/train/a.txt") -> Make:
    return lambda folder: put(
        folder,
        {"data.yaml": data, "images/train/a.jpg": picture(), "images/train/b.jpg": picture(),
         table: "\n".join(lines) + "\n"},
    )  # fmt: skip


def opened(folder: Path) -> SceneSource:
    source = find_scenes(open_tree(folder), GTSRB)
    assert source is not None
    return source


def scenes_of(folder: Path, part: str = "train") -> list[Scene]:
    return list(opened(folder).parts[part]())


TWO = [[10, 20, 30, 50], [50, 20, 70, 40]]
YAML = "train: images/train\nnames: [Stop, Yield]\n"


def coco_parts(**images: str) -> Make:
    """An image of each part, of which the annotations of all list `a.jpg`."""
    content = {"images": [{"id": 0, "file_name": "a.jpg"}], "annotations": [], "categories": []}
    files: dict[str, bytes | str] = {}
    for part, image in images.items():
        files[f"{part}/_annotations.coco.json"] = json.dumps(content)
        files[f"{part}/{image}"] = picture()
    return lambda folder: put(folder, files)
