"""Scenes as people have them: each row is a layout, and what is read or said."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.cli import main
from signs.data.folders.opening import open_tree
from signs.data.scenes.open import find_scenes
from signs.data.scenes.source import SceneSource
from signs.errors import SignsError
from signs.records.scene import IGNORED, Scene

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
READ: dict[str, tuple[Make, list[tuple[list[list[int]], list[int]]]]] = {
    "GTSDB": (gtsdb(), [(TWO, [14, 13]), ([], []), ([[0, 0, 16, 16]], [2])]),
    "GTSDB, other suffixes than in the table, in images": (
        gtsdb(place="images/", suffix="jpg"), [(TWO, [14, 13]), ([], []), ([[0, 0, 16, 16]], [2])],
    ),
    "GTSDB with Windows line ends": (
        gtsdb(TABLE.replace("\n", "\r\n"), suffix="png"),
        [(TWO, [14, 13]), ([], []), ([[0, 0, 16, 16]], [2])],
    ),
    "GTSDB with a class that the benchmark lacks": (
        gtsdb("00001.ppm;0;0;9;9;77\n"), [([], []), ([[0, 0, 10, 10]], [OUTSIDE]), ([], [])],
    ),
    "COCO by name": (
        coco(["Stop", "Yield"]),
        [(TWO, [STOP, YIELD]), ([], []), ([[0, 0, 50, 50]], [IGNORED])],
    ),
    "COCO in German, and an outside sign": (
        coco(["no parking", "vorfahrt gewähren"]),
        [(TWO, [OUTSIDE, YIELD]), ([], []), ([[0, 0, 50, 50]], [IGNORED])],
    ),
    "COCO with digits that may be speeds": (
        coco(["30", "Stop"]), [(TWO, [OUTSIDE, STOP]), ([], []), ([[0, 0, 50, 50]], [IGNORED])],
    ),
    "YOLO": (
        yolo(YAML, "0 0.1 0.35 0.1 0.3", "1 0.3 0.3 0.1 0.2"), [(TWO, [STOP, YIELD]), ([], [])],
    ),
    "YOLO with paths of another machine and numbered names": (
        yolo("train: ../data/x/images/train\nnames: {0: Stop, 1: lamp}\n", "1 0.1 0.35 0.1 0.3"),
        [([[10, 20, 30, 50]], [OUTSIDE]), ([], [])],
    ),
    "YOLO with an outline": (
        yolo(YAML, "0 0.05 0.2 0.15 0.3 0.1 0.5"), [([[10, 20, 30, 50]], [STOP]), ([], [])],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_layouts_are_read(case: str, tmp_path: Path) -> None:
    make, expected = READ[case]
    scenes = scenes_of(make(tmp_path))
    assert [scene.labels.tolist() for scene in scenes] == [labels for _, labels in expected]
    for scene, (boxes, _) in zip(scenes, expected, strict=True):
        np.testing.assert_allclose(scene.boxes, np.array(boxes).reshape(-1, 4), atol=1e-3)
        assert scene.dropped == ()


@pytest.mark.parametrize(
    ("row", "kept", "said"),
    [
        ("-5;-5;9;9", [0, 0, 10, 10], ""),
        ("190;90;300;300", [190, 90, 200, 100], ""),
        ("300;10;310;20", None, "outside of the 200 x 100 pixels"),
        ("29;20;10;49", None, "empty or inverted"),
        ("10;10;9;20", None, "empty or inverted"),
    ],
)
def test_boxes_that_cannot_be_true(
    row: str, kept: list[int] | None, said: str, tmp_path: Path
) -> None:
    (scene, *_) = scenes_of(gtsdb(f"00000.ppm;{row};1\n")(tmp_path))
    if kept is None:
        (line,) = scene.dropped
        assert line.startswith("00000.ppm: the box (")
        assert line.endswith(said)
        assert len(scene.boxes) == 0
    else:
        assert scene.boxes.tolist() == [kept]


def test_a_box_that_comes_twice_or_is_not_a_number(tmp_path: Path) -> None:
    (scene, *_) = scenes_of(gtsdb("00000.ppm;1;1;9;9;1\n" * 2)(tmp_path / "a"))
    assert len(scene.boxes) == 1
    assert scene.dropped == ("00000.ppm: the box (1, 1, 10, 10) is twice",)
    (scene, _) = scenes_of(yolo(YAML, "0 nan 0.5 0.1 0.1")(tmp_path / "b"))
    assert scene.dropped[0].endswith("is not finite")


def test_a_picture_is_measured_upright(tmp_path: Path) -> None:
    made = gtsdb("00000.ppm;10;150;29;179;14\n", suffix="jpg")(tmp_path)
    (made / "00000.jpg").write_bytes(picture(orientation=6))
    (scene, *_) = scenes_of(made)
    assert scene.boxes.tolist() == [[10, 150, 30, 180]]


def test_links_are_followed(tmp_path: Path) -> None:
    real = gtsdb(place="images/")(tmp_path / "real")
    (tmp_path / "linked").mkdir()
    for name in ("gt.txt", "images"):
        (tmp_path / "linked" / name).symlink_to(real / name)
    assert len(scenes_of(tmp_path / "linked")) == 3


def test_categories_of_outside_signs_are_named(tmp_path: Path) -> None:
    source = opened(coco(["no parking", "Stop"])(tmp_path))
    assert source.warnings == ("taken for signs outside of the label space: no parking",)


def coco_parts(**images: str) -> Make:
    """An image of each part, of which the annotations of all list `a.jpg`."""
    content = {"images": [{"id": 0, "file_name": "a.jpg"}], "annotations": [], "categories": []}
    files: dict[str, bytes | str] = {}
    for part, image in images.items():
        files[f"{part}/_annotations.coco.json"] = json.dumps(content)
        files[f"{part}/{image}"] = picture()
    return lambda folder: put(folder, files)


def test_a_source_may_have_a_test_part_alone(tmp_path: Path) -> None:
    assert set(opened(coco_parts(test="a.jpg", valid="a.jpg")(tmp_path)).parts) == {
        "test", "validation",
    }  # fmt: skip


def test_annotations_that_name_no_part_find_their_images(tmp_path: Path) -> None:
    """In another folder, and once under a name that two folders have."""
    made = coco(["Stop", "Yield"])(tmp_path)
    (made / "annotations/instances_train.json").rename(made / "annotations/mine.json")
    assert [len(scene.labels) for scene in scenes_of(made)] == [2, 0, 1]
    put(made, {"more/0.jpg": picture()})
    with pytest.raises(SignsError, match=r"0\.jpg, which annotations/mine\.json lists, is not in"):
        scenes_of(made)


def test_files_of_others_are_not_annotations(tmp_path: Path) -> None:
    put(tmp_path, {"dataset.yaml": "project: mine\n", "a.json": "{", "14/a.png": picture()})
    (tmp_path / "b.json").symlink_to(tmp_path / "gone.json")
    assert find_scenes(open_tree(tmp_path), GTSRB) is None


def test_a_part_that_lies_in_another_is_left_out(tmp_path: Path) -> None:
    source = opened(yolo(YAML + "val: images/train\n", "0 0.1 0.35 0.1 0.3")(tmp_path))
    assert set(source.parts) == {"train"}
    assert source.warnings == ("val in data.yaml names no place here that holds images of its own",)


def test_a_list_of_scenes_and_capital_folders(tmp_path: Path) -> None:
    put(tmp_path, {
        "data.yaml": "train: train.txt\nnames: [Stop]\n", "train.txt": "./Images/train/a.jpg\n",
        "Images/train/a.jpg": picture(), "Labels/train/a.txt": "0 0.1 0.35 0.1 0.3\n",
        "Labels/train/b.txt": "0 0.1 0.35 0.1 0.3\n",
    })  # fmt: skip
    (scene,) = scenes_of(tmp_path)
    assert scene.labels.tolist() == [STOP]
    assert opened(tmp_path).warnings == (
        "files of labels without an image: 1, such as Labels/train/b.txt",
    )


SAID: dict[str, tuple[Make, str]] = {
    "an image that only another part has": (
        coco_parts(train="b.jpg", test="a.jpg"), r"a\.jpg, which train/_annotations.* is not in",
    ),
    "an annotation of an image that is not there": (
        coco(["Stop"], images=[{"id": "0", "file_name": "0.jpg"}]), "or names an id that is not",
    ),
    "one folder for two parts": (
        yolo("train: images\nval: images\nnames: [Stop]\n"),
        r"a\.jpg is in train and in validation: name a folder of its own for each part",
    ),
    "a class number below zero": (yolo(YAML, "-1 0.5 0.5 0.1 0.1"), "is not CLASS CENTER_X"),
    "names that are not texts": (
        yolo("train: images/train\nnames: [[a, b], c]\n"), "`names` must be a list of texts",
    ),
    "a number in the place of a folder": (
        yolo("train: 5\nnames: [Stop]\n"), "train must name a folder, or a list of folders",
    ),
    "a line of nonsense": (gtsdb("00000.ppm;1;2;3\n"), r"gt\.txt: '00000\.ppm;1;2;3' is not NAME"),
    "a scene that is missing": (
        gtsdb("00009.ppm;1;1;9;9;1\n"), "1 of 1 scenes that gt.txt names are not in .* 00009",
    ),
    "a table without scenes": (lambda f: put(f, {"gt.txt": TABLE}), "has gt.txt and no scenes"),
    "an image that is missing": (
        coco(["Stop", "Yield"], images=[{"id": n, "file_name": "gone.jpg"} for n in range(3)]),
        r"gone\.jpg, which annotations/instances_train\.json lists, is not in",
    ),
    "an annotation without a box": (
        coco(["Stop"], annotations=[{"image_id": 0, "category_id": 1}]), "COCO's, or .*KeyError",
    ),
    "names that do not count": (
        yolo("train: images/train\nnames: {1: Stop}\n"), "`names` must be a list of texts, or num",
    ),
    "a class that has no name": (yolo(YAML, "7 0.5 0.5 0.1 0.1"), "is not CLASS CENTER_X"),
    "no folder of scenes": (
        yolo("train: elsewhere\nnames: [Stop]\n"), "elsewhere, which train names, holds no image",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SAID)
def test_what_cannot_be_read_is_one_line(case: str, tmp_path: Path) -> None:
    make, said = SAID[case]
    with pytest.raises(SignsError, match=said) as caught:
        scenes_of(make(tmp_path))
    assert "\n" not in str(caught.value)


def test_the_real_scenes(road_scenes: Path) -> None:
    scenes = scenes_of(road_scenes)
    assert len(scenes) == 600
    assert sum(len(scene.labels) for scene in scenes) == 851
    assert [line for scene in scenes for line in scene.dropped] == [
        "images/00340.jpg: the box (827, 543, 852, 568) is twice"
    ]


def test_what_a_source_of_scenes_holds(tmp_path: Path) -> None:
    made = gtsdb(TABLE + "00001.ppm;0;0;9;9;77\n00001.ppm;300;0;309;9;1\n")(tmp_path / "drive")
    (made / "00002.ppm").write_bytes(picture(kind="PPM")[:500])
    result = CliRunner().invoke(main, ["data", str(made), "--json"])
    assert result.exit_code == 0, result.output
    content = json.loads(result.output)
    assert content["layout"] == "GTSDB"
    part = content["parts"]["train"]
    (unreadable,) = part.pop("unreadable")
    assert len(part.pop("dropped")) == 1
    assert unreadable.startswith("00002.ppm: the image is")
    classes = {"2": 1, "13": 1, "14": 1, str(OUTSIDE): 1}
    assert part == {"images": 3, "classes": classes, "groups": None, "boxes": 4}
    warnings = "\n".join(content["warnings"])
    assert "train: signs outside of the label space: 1" in warnings
    assert "left out: 1, such as of 00001.ppm: the box (300, 0, 310, 10) is outside" in warnings
    shown = CliRunner().invoke(main, ["data", str(made)])
    assert shown.output.startswith("scenes in GTSDB's layout in drive (GTSDB)")
