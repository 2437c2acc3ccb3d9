"""The detector's lane in a copy of the repository: a dozen drawn roads, or a folder of scenes."""

import json
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from signs.inference.detector import Detector
from signs.inference.recognizer import Recognizer
from tests.conftest import ROOT
from tests.data.scene_layouts import put
from tests.stages.project import NOTHING_TO_DO, Project

pytestmark = pytest.mark.slow

STAGES = (
    "download_scenes", "train_detector", "export_detector", "evaluate_detector", "evaluate_tracker",
)  # fmt: skip
ROADS = "drawn roads (12, seed 0)"
TABLES = ("areas", "classes", "froc", "precision", "precision_recall", "recalls", "sizes")
PICTURES = ("false_alarms", "misses", "scene_froc", "scene_precision_recall", "wrong_names")


def noise(seed: int) -> bytes:
    """A picture that looks like no other one, and holds no sign."""
    rng = np.random.default_rng(seed)
    image = Image.fromarray(rng.integers(0, 256, (5, 8, 3), dtype=np.uint8))
    stream = BytesIO()
    image.resize((320, 200), Image.Resampling.BICUBIC).save(stream, "PNG")
    return stream.getvalue()


def scenes(folder: Path, different: int = 12) -> Path:
    """Twelve scenes in GTSDB's layout, a box in each but the last one."""
    pictures = {f"{number:05d}.png": noise(number % different) for number in range(12)}
    table = "".join(f"{number:05d}.ppm;40;50;79;89;{number}\n" for number in range(11))
    return put(folder, {"gt.txt": table, **pictures})


def empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


def without_boxes(folder: Path) -> Path:
    """A folder of pictures and nothing else."""
    return put(folder, {f"{number}.png": noise(number) for number in range(3)})


def test_it_ends_with_a_detector_that_answers(project: Project) -> None:
    drawn = project.metrics("download_scenes")
    counts = [drawn[f"{part}_scenes"] for part in ("train", "val", "test")]
    assert counts == [6, 3, 3]
    detector = Detector(project.root / "models/detector.onnx")
    info = detector.info
    assert (info.task, info.data) == ("detect", ROADS)
    assert info.ap_data == f"validation part of {ROADS}"
    assert detector.find(Image.new("RGB", (200, 100))) is not None
    (project.root / "road.png").write_bytes(noise(0))
    found = json.loads(project.run("signs", "detect", "--json", "road.png"))
    assert found[0]["detector_version"] == info.version
    assert found[0]["error"] is None
    (project.root / "road.png").unlink()


def test_metrics_say_what_they_are_of(project: Project) -> None:
    evaluated, exported = (project.metrics(f"{s}_detector") for s in ("evaluate", "export"))
    assert evaluated["trained_on"] == evaluated["tested_on"] == ROADS
    models = project.root / "models"
    assert evaluated["model_version"] == Recognizer(models / "model.onnx").info.version
    assert evaluated["detector_version"] == Detector(models / "detector.onnx").info.version
    assert exported["bytes"] == (models / "detector.onnx").stat().st_size
    for figure in ("any_sign_ap50", "micro_ap50", "micro_ap50_low", "detector_any_sign_ap50"):
        assert isinstance(evaluated[figure], float)
    page = (ROOT / "docs/reference/metrics.md").read_text(encoding="utf-8")
    for stage in STAGES:
        rows = page.split(f"| `metrics/{stage}.json` |")[1].split("| `metrics/")[0]
        for key in project.metrics(stage):
            assert f"`{key}`" in rows, (stage, key)
            assert "second" not in key


def test_tables_and_pictures_are_there(project: Project) -> None:
    metrics = project.root / "metrics"
    tables = {path.stem for path in (metrics / "scene_tables").iterdir()}
    assert tables == {f"scene_{name}" for name in TABLES}
    assert {path.stem for path in (metrics / "scene_pictures").iterdir()} == set(PICTURES)
    curves = {path.stem for path in (metrics / "detector_curves/plots/metrics").iterdir()}
    assert curves == {"learning_rate", "train_loss", "val_loss"}
    shutil.rmtree(metrics / "scene_tables")
    shutil.rmtree(metrics / "scene_pictures")
    assert "Running stage" not in project.dvc("repro")  # they come back from the cache
    assert {path.stem for path in (metrics / "scene_tables").iterdir()} == tables
    assert project.run("git", "status", "--porcelain") == ""


def test_the_lane_of_the_recognizer_runs_alone(project: Project) -> None:
    printed = project.dvc("repro", "--dry", "--force", "evaluate")
    assert "'evaluate'" in printed
    assert not [stage for stage in STAGES if f"'{stage}'" in printed]


def test_a_folder_of_scenes(project: Project, tmp_path: Path) -> None:
    folder = scenes(tmp_path / "mine")
    printed = project.dvc("exp", "run", "-S", f"detector.data.source={folder}")
    for stage in (*STAGES, "report"):
        assert f"Running stage '{stage}'" in printed
    assert "Running stage 'train'" not in printed
    counted = project.metrics("download_scenes")
    parts = [f"{part}_scenes" for part in ("train", "val", "test")]
    assert sum(int(str(counted[part])) for part in parts) == 12
    assert project.metrics("evaluate_detector")["tested_on"] == "scenes in GTSDB's layout in mine"
    card = (project.root / "metrics/MODEL_CARD.md").read_text()
    assert "| train | scenes in GTSDB's layout in mine |" in card
    assert card.count("Tested on drawings") == 1
    project.restore()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (Path, "is neither `drawn`, a folder nor a zip archive"),
        (empty, "has no known layout of scenes: it holds "),
        (without_boxes, "has no known layout of scenes: it holds "),
        (lambda folder: scenes(folder, 1), "are too few to cut"),
        (lambda folder: put(folder, {"gt.txt": "00000.ppm;1;2;3\n"}), "gt.txt"),
    ],
    ids=["nowhere", "empty", "photos", "all alike", "a broken table"],
)
def test_a_bad_source_is_one_line(
    source: Callable[[Path], Path], said: str, project: Project, tmp_path: Path
) -> None:
    before = (project.root / "data/scene_sources.json").read_bytes()
    folder = source(tmp_path / "bad")
    experiment = ("exp", "run", "-S", f"detector.data.source={folder}", "download_scenes")
    printed = project.dvc(*experiment, code=255)
    (line,) = [line for line in printed.splitlines() if line.startswith("error:")]
    assert said in line
    assert "Traceback" not in printed
    project.restore()
    assert (project.root / "data/scene_sources.json").read_bytes() == before
    assert NOTHING_TO_DO in project.dvc("status")


def test_crops_of_signs_are_not_taken_for_scenes(project: Project) -> None:
    """`data.source` takes them."""
    source = f"detector.data.source={project.photos()}"
    printed = project.dvc("exp", "run", "-S", source, "download_scenes", code=255)
    (line,) = [line for line in printed.splitlines() if line.startswith("error:")]
    assert "has no known layout of scenes" in line
    project.restore()
