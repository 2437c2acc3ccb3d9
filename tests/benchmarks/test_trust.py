"""The trust benchmark's pictures, its table, and what it asks."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmarks.trust.measure import made_of
from benchmarks.trust.models import Asked
from benchmarks.trust.pictures import Pictures
from benchmarks.trust.scenes import CLEAR, PER_SCENE, background_patches, read_boxes, sign_crops
from benchmarks.trust.table import table
from signs.errors import SignsError

SIGN = (120, 40, 159, 79)


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    """Two gray scenes, one with a red sign at its edge and one in it."""
    (tmp_path / "images").mkdir()
    for name, left in (("00000", 120), ("00001", 0)):
        scene = Image.new("RGB", (400, 300), (90, 90, 90))
        scene.paste((200, 0, 0), (left, 40, left + 40, 80))
        scene.save(tmp_path / "images" / f"{name}.png")
    lines = ("00000.ppm;120;40;159;79;14", "00001.ppm;0;40;39;79;3")
    (tmp_path / "gt.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_boxes(scenes: Path) -> None:
    assert read_boxes(scenes) == {"00000": [(SIGN, 14)], "00001": [((0, 40, 39, 79), 3)]}
    with pytest.raises(SignsError, match=r"gt\.txt not found"):
        read_boxes(scenes / "images")


def test_background_shows_no_sign(scenes: Path) -> None:
    patches = background_patches(scenes)
    assert len(patches) == 2 * PER_SCENE
    assert all((patch == 90).all() for patch in patches)
    assert all((a == b).all() for a, b in zip(patches, background_patches(scenes), strict=True))
    assert CLEAR > 0


def test_signs_are_cropped_with_a_border(scenes: Path) -> None:
    (tight, _), labels = sign_crops(scenes, 0.0)
    assert labels.tolist() == [14, 3]
    assert (tight == (200, 0, 0)).all()
    (loose, at_the_edge), _ = sign_crops(scenes, 0.5)
    assert loose.shape[0] == pytest.approx(2 * tight.shape[0], abs=2)
    assert at_the_edge.shape[1] < at_the_edge.shape[0]  # there is no more of the scene


def test_a_file_of_ours_is_asked_for_known(model_file: Path, tmp_path: Path) -> None:
    model = Asked(model_file)
    picture = np.random.default_rng(0).integers(0, 256, (60, 50, 3), dtype=np.uint8)
    probabilities, known = model.ask([picture, picture[:40]])
    assert probabilities.shape == (2, 43)
    assert model.threshold is not None
    assert (known != probabilities.max(axis=1)).any()
    assert model.guess([picture]) == probabilities[:1].argmax(axis=1)
    with pytest.raises(SignsError, match="not found"):
        Asked(tmp_path / "none.onnx")


def test_a_row_is_of_its_file_and_its_pictures(model_file: Path, tmp_path: Path) -> None:
    some = [np.zeros((9, 9, 3), np.uint8)]
    few = Pictures(some, np.array([1]), {"object": some}, {"tight": (some, np.array([1]))})
    more = Pictures(2 * some, np.array([1, 1]), few.others, few.in_scenes)
    first = made_of(model_file, few)
    assert first == made_of(model_file, few)
    assert first["code"] != made_of(model_file, more)["code"]
    (tmp_path / model_file.name).write_bytes(model_file.read_bytes() + b" ")
    other = made_of(tmp_path / model_file.name, few)
    assert (first["code"] == other["code"], first["model"] == other["model"]) == (True, False)


def row(has_known: bool, accuracy: float) -> dict[str, Any]:
    return {
        "commit": "abc1234", "has_known": has_known, "images": 1000, "errors": 10,
        "refused": 0.01, "calibration_error": 0.002, "surest_errors": 1,
        "known": [{"pictures": "object", "images": 30, "accepted": 0.1, "accepted_at_1": 0.2,
                   "auroc": 0.99, "auroc_probability": 0.9}],
        "framing": [{"framing": "plain", "images": 1000, "accuracy": accuracy}],
        "in_scenes": [{"framing": "tight", "images": 5, "accuracy": 0.8, "refused": 0.2}],
        "corruptions": [{"corruption": "fog", "severity": severity, "accuracy": accuracy}
                        for severity in (1, 3, 5)],
    }  # fmt: skip


def test_the_table() -> None:
    text = table({"ours": row(True, 0.99), "peer": row(False, 0.5)})
    assert "no\n`known` (`peer`)" in text
    assert "| object | 30 | 0.9900 (0.9000); 10.0%, 20.0% | 0.9900 (0.9000); 10.0%, 20.0% |" in text
    assert "| ours | abc1234 | 10 | 1.00% | 0.0020 | 1 (0.102%) |" in text
    assert "| plain | 1000 | 99.00% | 50.00% |" in text
    assert "| fog | 99.0% / 99.0% / 99.0% | 50.0% / 50.0% / 50.0% |" in text
    assert "| mean | **99.00%** | **50.00%** |" in text
    assert table({}) == "Nothing measured yet.\n"
