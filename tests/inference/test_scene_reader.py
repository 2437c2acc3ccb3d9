"""A detector and a recognizer that answer by colors: one alone, and both in two steps."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from signs.errors import SignsError
from signs.inference.detector import MIN_SCORE, Detector
from signs.inference.detector_info import DetectorInfo
from signs.inference.onnx_model import OnnxModel
from signs.inference.recognizer import Recognizer
from signs.inference.scene_reader import MAX_READ, SceneReader, crop_around
from signs.records.detections import Candidates
from tests.tiny_models import DETECTOR, PLATES, RECOGNIZER, road, save_detector, save_recognizer

Box = tuple[int, int, int, int]


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Detector:
    return Detector(save_detector(tmp_path_factory.mktemp("d") / "detector.onnx"), threads=1)


@pytest.fixture(scope="module")
def recognizer(tmp_path_factory: pytest.TempPathFactory) -> Recognizer:
    return Recognizer(save_recognizer(tmp_path_factory.mktemp("r") / "model.onnx"), threads=1)


def voted(box: Box, size: tuple[int, int]) -> list[float]:
    """Where two thirds of the vote are for a box, and one for the same a pixel right and down."""
    edges = zip(box, (*size, *size), strict=True)
    return [min(side + min(1, edge - side) / 3, edge) for side, edge in edges]


@pytest.mark.parametrize(
    ("size", "box", "tolerance"),
    [
        ((300, 200), (100, 50, 140, 90), 0.01),
        ((300, 200), (0, 0, 30, 30), 0.01),
        ((300, 200), (270, 170, 300, 200), 0.01),  # in the corner: clipped
        ((1200, 600), (300, 300, 420, 420), 3),  # shrunk to a third
        ((600, 1600), (300, 300, 460, 460), 4),  # upright, to a quarter
        ((50, 40), (10, 10, 40, 30), 0.01),  # small: in the middle of gray
        ((40, 40), (0, 0, 40, 40), 0.01),  # a sign alone
        ((300, 20), (100, 5, 110, 15), 0.01),
    ],
)
def test_a_sign_is_found_once_where_it_is(
    size: tuple[int, int], box: Box, tolerance: float, detector: Detector
) -> None:
    picture = road(size, stop=box)
    for image in (picture, np.asarray(picture)):
        found = detector.find(image)
        assert len(found) == 1
        assert found.boxes[0] == pytest.approx(voted(box, size), abs=tolerance)
        assert found.sign_scores == pytest.approx([PLATES["stop"].sign])
        assert found.categories.tolist() == [PLATES["stop"].category]


def test_several_signs_and_an_empty_road(detector: Detector) -> None:
    found = detector.find(
        road((300, 200), weak=(10, 10, 30, 30), stop=(50, 50, 90, 90), right=(100, 100, 160, 160))
    )
    assert found.sign_scores == pytest.approx([0.95, 0.8, 0.1])
    assert found.boxes[:, 0] == pytest.approx([50, 100, 10], abs=0.5)
    assert len(detector.find(road((300, 200)))) == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (31, 33), (63, 64), (64, 65)])
def test_tiny_pictures_do_not_stop_it(size: tuple[int, int], detector: Detector) -> None:
    assert len(detector.find(Image.new("RGB", size))) == 0
    assert len(detector.find(Image.new("RGB", size, PLATES["stop"].color))) == 1


@pytest.mark.parametrize(
    ("boxes", "sign", "expected"),
    [
        ([[10, 10, 20, 20]], [MIN_SCORE * 0.9], 0),  # below what is looked at
        ([[10, 10, 20, 20]], [MIN_SCORE], 1),
        ([[10, 10, 20, 20]], [np.nan], 0),
        ([[10, np.nan, 20, 20]], [0.9], 0),
        ([[10, 10, np.inf, 20]], [0.9], 1),  # clipped
        ([[20, 10, 10, 20]], [0.9], 0),  # inverted
        ([[-30, 10, 0, 20]], [0.9], 0),  # outside of the picture
        ([[-30, 10, 0.5, 20]], [0.9], 0),  # less than a pixel inside
        ([[10, 10, 20, 20]], [1.0000001], 1),  # a rounded sigmoid
    ],
)
def test_odd_boxes(
    boxes: list[list[float]],
    sign: list[float],
    expected: int,
    detector: Detector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outputs = [np.array(boxes), np.array(sign), np.full((1, 4), 0.25)]
    monkeypatch.setattr(
        detector._model, "run", lambda *_, **__: [o.astype(np.float32) for o in outputs]
    )
    found = detector.find(Image.new("RGB", (100, 80)))
    assert len(found) == expected
    assert (found.sign_scores <= 1).all()
    assert (found.boxes >= 0).all()
    assert (found.boxes <= [100, 80, 100, 80]).all()


def test_signs_are_named_in_two_steps(detector: Detector, recognizer: Recognizer) -> None:
    picture = road(
        (300, 200), weak=(10, 10, 30, 30), stop=(50, 50, 90, 90), right=(100, 100, 160, 160),
        outside=(200, 20, 230, 60),
    )  # fmt: skip
    found = SceneReader(detector, recognizer).read(picture)
    names = ["stop", "right", "weak", "outside"]  # the detector alone has the last one second
    assert found.answers.class_ids.tolist() == [PLATES[name].class_id for name in names]
    scores = [(PLATES[name].sign * PLATES[name].known) ** 0.5 for name in names]
    assert found.scores == pytest.approx(scores, abs=1e-3)
    # The third is known and below the detector's threshold; the last is not known.
    assert found.answers.recognized.tolist() == [True, True, False, False]
    assert len(SceneReader(detector, recognizer).read(road((300, 200)))) == 0


def test_either_threshold_can_refuse(tmp_path: Path, recognizer: Recognizer) -> None:
    picture = road((300, 200), weak=(10, 10, 30, 30), outside=(200, 20, 230, 60))
    low = Detector(save_detector(tmp_path / "low.onnx", replace(DETECTOR, threshold=0.0)))
    found = SceneReader(low, recognizer).read(picture)
    assert found.answers.recognized.tolist() == [True, False]
    easy = Recognizer(save_recognizer(tmp_path / "easy.onnx", replace(RECOGNIZER, threshold=0.0)))
    assert SceneReader(low, easy).read(picture).answers.recognized.all()


def test_the_recognizer_sees_the_best_candidates_alone(
    detector: Detector, recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = MAX_READ + 20
    corners = np.stack([np.arange(count) * 10, np.zeros(count)], axis=1)
    boxes = np.concatenate([corners, corners + 8], axis=1).astype(np.float32)
    scores = np.linspace(1, 0.5, count, dtype=np.float32)
    many = Candidates(boxes, scores, np.full((count, 4), 0.25, np.float32))
    monkeypatch.setattr(detector, "find", lambda _: many)
    found = SceneReader(detector, recognizer).read(Image.new("RGB", (2000, 50), (255, 0, 0)))
    assert len(found) == MAX_READ
    assert found.candidates.sign_scores.min() == scores[MAX_READ - 1]


@pytest.mark.parametrize(
    ("box", "size"),
    [
        ((100, 50, 140, 90), (48, 48)),
        ((100, 50, 140, 70), (48, 28)),  # of the longer side
        ((0, 0, 40, 40), (44, 44)),  # cut off at the edges
        ((280, 180, 300, 200), (22, 22)),
        ((99.5, 50.5, 100.5, 51.5), (2, 2)),
    ],
)
def test_crops_have_the_border_of_the_photos(box: tuple[float, ...], size: tuple[int, int]) -> None:
    assert crop_around(road((300, 200)), np.array(box, np.float32)).size == size


def test_metadata_round_trip() -> None:
    metadata = DETECTOR.to_metadata()
    assert DetectorInfo.from_metadata(metadata) == DETECTOR
    for old, new, said in (
        ('"format": 3', '"format": 2', "its format is another one"),
        ('"letterbox"', '"squash"', "another preprocessing"),
        ('"max_side": 400', '"side": 400', "not exported by this project"),
        ('"ap50"', '"ap51"', "not exported by this project"),
        ('"detect"', '"recognize"', "it is a model to recognize"),
    ):
        broken = {key: text.replace(old, new) for key, text in metadata.items()}
        with pytest.raises(SignsError, match=said):
            DetectorInfo.from_metadata(broken)


def test_a_file_for_the_other_task_says_so(tmp_path: Path) -> None:
    path = save_detector(tmp_path / "detector.onnx")
    assert OnnxModel(path, "detect").info == DETECTOR
    with pytest.raises(SignsError, match="cannot be used here: it is a model to detect"):
        Recognizer(path)
    with pytest.raises(SignsError, match="cannot be used here: it is a model to recognize"):
        Detector(save_recognizer(tmp_path / "model.onnx"))
