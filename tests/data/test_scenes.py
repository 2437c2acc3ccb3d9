"""Scenes as people have them: each row is a layout that is read."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from signs.catalog.gtsrb import GTSRB
from signs.cli import main
from signs.data.folders.opening import open_tree
from signs.data.scenes.open import find_scenes
from signs.errors import SignsError
from signs.records.scene import IGNORED
from tests.data.scene_layouts import (
    OUTSIDE,
    STOP,
    TABLE,
    TWO,
    YAML,
    YIELD,
    Make,
    coco,
    coco_parts,
    gtsdb,
    opened,
    picture,
    put,
    scenes_of,
    yolo,
)

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
