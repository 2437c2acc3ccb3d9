"""Folders with pictures or clips; models that answer by pure colors: see `tests.tiny_models`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.catalog.label_space import FIELDS, LabelSpace
from signs.cli import main
from tests.clips import Pixels, save_clip
from tests.tiny_models import (
    PLATES,
    RECOGNIZER,
    RED_IS_YIELD,
    WORSE,
    road,
    save_detector,
    save_recognizer,
)

Run = Callable[..., Result]
SIGNS = {
    "weak": (10, 10, 30, 30),
    "stop": (50, 50, 90, 90),
    "right": (100, 100, 160, 160),
    "outside": (200, 20, 230, 60),
}
FRAME = (160, 120)
SHARP: dict[str, Any] = {"options": {"crf": "1"}, "pix_fmt": "yuv444p"}
# Class folders: of each class, the plates that its pictures show.
TEST = {
    "14": ["stop", "stop", "right"],  # one is wrong
    "38": ["right", "right"],
    "12": ["weak"],
    "17": ["outside"],  # right, and not known
}


def crops(folder: Path, classes: dict[str, list[str]]) -> Path:
    for name, plates in classes.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number, plate in enumerate(plates):
            picture = Image.new("RGB", (40, 40), PLATES[plate].color)
            picture.save(folder / name / f"{number:05d}_00000.png")
    return folder


@pytest.fixture(scope="session")
def detect_models(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    folder = tmp_path_factory.mktemp("models")
    detector, model = folder / "detector.onnx", folder / "model.onnx"
    return ["--detector", save_detector(detector), "--model", save_recognizer(model)]


@pytest.fixture
def detect(
    detect_models: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run the command in a folder with pictures."""
    monkeypatch.chdir(tmp_path)
    Path("roads/more").mkdir(parents=True)
    road((300, 200), **SIGNS).save("a.png")
    road((300, 200), **SIGNS).save("roads/1.png")
    road((80, 100)).save("roads/02.png")
    road((64, 64), stop=(4, 4, 60, 60)).save("roads/more/1.png")
    Path("roads/notes.txt").touch()
    Path("bad.jpg").write_text("a shopping list")

    def run(*args: object) -> Result:
        return CliRunner().invoke(main, ["detect", *map(str, detect_models), *map(str, args)])

    return run


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A model; one that takes red for Yield, with a larger input; one of two signs; a detector."""
    folder = tmp_path_factory.mktemp("models")
    columns = {name: getattr(GTSRB, name)[:2] for name in FIELDS}
    two = LabelSpace.from_dict({**columns, "has_negatives": True})
    return {
        "model": save_recognizer(folder / "model.onnx"),
        "worse": save_recognizer(folder / "worse.onnx", WORSE, RED_IS_YIELD),
        "two": save_recognizer(folder / "two.onnx", replace(RECOGNIZER, label_space=two)),
        "detector": save_detector(folder / "detector.onnx"),
    }


@pytest.fixture
def run(models: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in a folder with crops; the model is named unless others are."""
    monkeypatch.chdir(tmp_path)
    crops(Path("signs/test"), TEST)
    crops(Path("signs/train"), {"14": ["stop"], "38": ["stop"]})
    crops(Path("flat"), {"14": ["stop", "stop"], "38": ["right"]})

    def evaluate(*args: object) -> Result:
        texts = [str(arg).format(**models) for arg in args]
        given = [] if "--model" in texts else ["--model", str(models["model"])]
        return CliRunner().invoke(main, ["evaluate", *texts, *given])

    return evaluate


def drive(count: int, empty: Sequence[int] = ()) -> list[Pixels]:
    """A red plate that comes nearer, on the left; from frame 4 on, a blue one on the right."""
    frames = []
    for number in range(count):
        places: dict[str, tuple[int, int, int, int]] = {}
        if number not in empty:
            places["stop"] = (30 - number, 30, 50, 50 + number)
            if number >= 4:
                places["right"] = (100, 60, 130, 90)
        frames.append(np.asarray(road(FRAME, **places)))
    return frames


@pytest.fixture
def track(detect_models: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in a folder with clips."""
    monkeypatch.chdir(tmp_path)
    save_clip(Path("a.mp4"), drive(15), **SHARP)
    save_clip(Path("empty.mp4"), drive(5, range(5)), **SHARP)
    Path("frames").mkdir()
    for number, pixels in enumerate(drive(12)):
        Image.fromarray(pixels).save(f"frames/{number}.png")
    Path("bad.mp4").write_text("a shopping list")

    def run(*args: object) -> Result:
        return CliRunner().invoke(main, ["track", *map(str, detect_models), *map(str, args)])

    return run
