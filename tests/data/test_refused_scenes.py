"""Scenes as people have them: boxes and layouts that cannot be true, and what is said."""

from pathlib import Path

import pytest

from signs.errors import SignsError
from tests.data.scene_layouts import (
    TABLE,
    YAML,
    Make,
    coco,
    coco_parts,
    gtsdb,
    put,
    scenes_of,
    yolo,
)


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
