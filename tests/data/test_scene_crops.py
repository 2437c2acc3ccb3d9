"""Crops of road scenes: each sign whole, the scene around it real, the background free of signs."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from signs.data.scene_crops import CLEAR, PATCHES, SIDES, background_patches, read_boxes, sign_crops
from signs.errors import SignsError

GRAY, RED = (90, 90, 90), (200, 0, 0)


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    """Two gray scenes, each with a red sign of 40 x 40 pixels; the second one's is at its edge."""
    (tmp_path / "images").mkdir()
    for name, left in (("00000", 120), ("00001", 0)):
        scene = Image.new("RGB", (400, 300), GRAY)
        scene.paste(RED, (left, 40, left + 40, 80))
        scene.save(tmp_path / "images" / f"{name}.png")
    lines = ("00000.ppm;120;40;159;79;14", "00001.ppm;0;40;39;79;3")
    (tmp_path / "gt.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_corners_in_the_file_belong_to_the_sign(scenes: Path) -> None:
    assert read_boxes(scenes) == {
        "00000": [((120, 40, 160, 80), 14)],
        "00001": [((0, 40, 40, 80), 3)],
    }


def test_a_folder_without_annotations_is_refused(scenes: Path) -> None:
    with pytest.raises(SignsError, match=r"has no gt\.txt or no images"):
        read_boxes(scenes / "images")


def test_a_tight_crop_is_the_sign(scenes: Path) -> None:
    crops, labels = sign_crops(scenes, 0.0)
    assert labels.tolist() == [14, 3]
    assert all(crop.shape == (40, 40, 3) and (crop == RED).all() for crop in crops)


def test_a_loose_crop_has_the_real_surroundings(scenes: Path) -> None:
    (inside, at_the_edge), _ = sign_crops(scenes, 0.5)
    assert inside.shape == (80, 80, 3)
    assert (inside[20:60, 20:60] == RED).all()
    assert (inside == RED).all(axis=2).sum() == 40 * 40  # the rest is the scene, no repeated edge
    assert at_the_edge.shape == (80, 60, 3)  # there is no more of the scene


def test_background_keeps_clear_of_signs(scenes: Path) -> None:
    (scenes / "images" / "00001.png").unlink()
    scene = np.full((300, 400, 3), GRAY, np.uint8)
    scene[40 - CLEAR + 1 : 80 + CLEAR - 1, 120 - CLEAR + 1 : 160 + CLEAR - 1] = RED
    for number in range(40):  # the same scene again: each number has its own patches
        Image.fromarray(scene).save(scenes / "images" / f"{number:05d}.png")
    lines = [f"{number:05d}.ppm;120;40;159;79;14" for number in range(40)]
    (scenes / "gt.txt").write_text("\n".join(lines))
    patches = background_patches(scenes)
    assert len(patches) == 40 * PATCHES
    assert all((patch == GRAY).all() for patch in patches)
    assert all(SIDES[0] <= len(patch) <= SIDES[1] for patch in patches)
    again = background_patches(scenes)
    assert all(np.array_equal(a, b) for a, b in zip(patches, again, strict=True))


def test_a_scene_full_of_signs_has_no_background(scenes: Path) -> None:
    (scenes / "gt.txt").write_text("00000.ppm;0;0;399;299;1\n00001.ppm;0;0;399;299;1\n")
    assert background_patches(scenes) == []


def test_a_line_that_cannot_be_read_is_named(scenes: Path) -> None:
    (scenes / "gt.txt").write_text("00000.jpg;1;2;3\n")
    with pytest.raises(SignsError, match=r"'00000\.jpg;1;2;3' is not NAME;LEFT"):
        read_boxes(scenes)


def test_a_scene_smaller_than_a_patch_yields_what_fits(scenes: Path) -> None:
    for path in (scenes / "images").iterdir():
        Image.new("RGB", (40, 30)).save(path)
    (scenes / "gt.txt").write_text("")
    assert all(len(patch) < 30 for patch in background_patches(scenes))
