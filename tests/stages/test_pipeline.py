"""The whole pipeline in a copy of the repository: drawn signs, one epoch, 20 images a class."""

import re
import shutil
from pathlib import Path

import pytest

from signs.inference.preprocess import preprocess
from signs.inference.recognizer import Recognizer
from tests.stages.project import NOTHING_TO_DO, Project

pytestmark = pytest.mark.slow


def test_it_ends_with_a_model_that_answers(project: Project) -> None:
    assert project.metrics("split") == {
        "train_images": 43 * 14,
        "val_images": 43 * 3,
        "test_images": 43 * 3,
        "negatives_train_images": 84,
        "negatives_val_images": 16,
        "negatives_test_images": 100,
        "train_groups": 43 * 14,
        "val_groups": 43 * 3,
        "group_names": "named",
        "groups_joined": 0,
        "groups_dropped": 0,
        "unreadable_images": 0,
    }
    recognizer = Recognizer(project.root / "models/model.onnx")
    info = recognizer.info
    assert info.data == "drawn signs (20 a class, seed 0)"
    assert info.accuracy_data == "validation part of drawn signs (20 a class, seed 0)"
    assert info.precision == "fp32"
    project.run("signs", "draw", "--class", "14", "stop.png")
    photo = preprocess((project.root / "stop.png").read_bytes(), recognizer.image_size)
    assert len(recognizer.answer([photo])) == 1
    assert "stop.png" in project.run("signs", "predict", "stop.png")
    (project.root / "stop.png").unlink()


def test_metrics_say_what_they_are_of(project: Project) -> None:
    evaluated, exported = project.metrics("evaluate"), project.metrics("export")
    for key in ("trained_on", "tested_on"):
        assert evaluated[key] == "drawn signs (20 a class, seed 0)"
    version = Recognizer(project.root / "models/model.onnx").info.version
    assert evaluated["model_version"] == project.metrics("robustness")["model_version"] == version
    assert isinstance(exported["parity"], float)
    assert exported["parity"] < 1e-4
    for stage in ("split", "train", "export", "evaluate", "robustness"):
        assert len(project.metrics(stage)) <= 12
        assert not any("second" in key for key in project.metrics(stage))


def test_a_second_run_does_nothing(project: Project) -> None:
    assert NOTHING_TO_DO in project.dvc("repro")
    shutil.rmtree(project.root / "models")
    assert "Running stage" not in project.dvc("repro")  # it comes back from the cache
    assert (project.root / "models/model.onnx").exists()
    assert project.run("git", "status", "--porcelain") == ""


def test_metrics_and_plots_are_worth_reading(project: Project) -> None:
    assert "accuracy" in project.dvc("metrics", "show")
    shown = project.dvc("plots", "show")
    page = (project.root / "dvc_plots/index.html").read_text()
    assert "index.html" in shown
    for title in (
        "val_macro_f1",
        "Reliability",
        "Recall of each class",
        "Confusion",
        "Risk and coverage",
        "Average precision in scenes",
        "Recall over false alarms a scene",
    ):
        assert title in page
    assert_self_contained(page)
    pictures = {p.name for p in (project.root / "metrics/pictures").iterdir()}
    assert pictures == {
        "confusion.png", "corruptions.png", "detector_curves.png", "known.png",
        "learning_curves.png", "mistakes.png", "reliability.png", "risk_coverage.png",
    }  # fmt: skip


def assert_self_contained(page: str) -> None:
    """Nothing in a page is loaded from elsewhere."""
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)  # inlined code aside
    assert not re.search(r"<(script|img|link|iframe)[^>]*(src|href)=[\"'](?!data:|static/)", markup)


def test_the_report_tells_what_was_measured(project: Project) -> None:
    card = (project.root / "metrics/MODEL_CARD.md").read_text()
    page = (project.root / "metrics/report.html").read_text()
    accuracy = project.metrics("evaluate")["accuracy"]
    assert isinstance(accuracy, float)
    for text in (card, page):
        assert f"{accuracy:.2%}".replace("%", " %") in text
        assert "drawn by this project, MIT" in text
        assert "drawn_per_class: 20" in text
        assert text.count("Tested on drawings") == 2  # of crops, and of scenes
        assert "drawn_scenes: 12" in text
        assert "drawn roads (12, seed 0)" in text
    for name in ("MODEL_CARD.png", "MODEL_CARD_SCENES.png"):
        assert f"]({name})" in card
        assert (project.root / "metrics" / name).stat().st_size < 300_000
    assert page.count('src="data:image/png;base64,') == 7 + 6
    assert_self_contained(page)


def test_a_clone_pulls_and_has_nothing_to_do(project: Project, tmp_path: Path) -> None:
    source = project.clone(tmp_path / "source")
    source.dvc("remote", "add", "--default", "storage", str(tmp_path / "storage"))
    source.commit()
    source.dvc("push")
    source.run("git", "clone", "--quiet", str(source.root), str(tmp_path / "clone"))
    clone = Project(tmp_path / "clone")
    clone.dvc("pull")
    assert NOTHING_TO_DO in clone.dvc("repro")
    assert clone.run("git", "status", "--porcelain") == ""
    for name, file in (("recognizer", "models/model.onnx"), ("detector", "models/detector.onnx")):
        one, other = (p.root / file for p in (source, clone))
        assert one.read_bytes() == other.read_bytes()
        clone.run("git", "tag", "--annotate", f"{name}@v1.0.0", "--message", "first")
        clone.dvc("artifacts", "get", ".", name, "--out", f"{name}.onnx")
        assert (clone.root / f"{name}.onnx").read_bytes() == one.read_bytes()


def test_another_architecture(project: Project) -> None:
    printed = project.dvc("exp", "run", "-S", "arch=resnet18")
    assert "Running stage 'train'" in printed
    assert "Running stage 'split'" not in printed
    assert "Running stage 'train_detector'" not in printed
    for stage in ("evaluate_detector", "evaluate_tracker"):  # they judge both files together
        assert f"Running stage '{stage}'" in printed
    assert Recognizer(project.root / "models/model.onnx").info.arch == "resnet18"
    assert "arch" in project.dvc("params", "diff")
    assert "parameters" in project.dvc("metrics", "diff")
    table = project.dvc("exp", "show", "--only-changed", "--csv")
    assert "resnet18" in table
    project.restore()


def test_a_new_test_set_retrains_nothing(project: Project) -> None:
    # Compare with the same source without a test part of its own: all else is cut alike.
    project.dvc("exp", "run", "-S", "data.test_source=drawn")
    printed = project.dvc("exp", "run", "-S", f"data.test_source={project.photos()}")
    assert "Running stage 'split'" in printed
    assert "Stage 'train' didn't change, skipping" in printed
    assert "Running stage 'evaluate'" in printed
    assert project.metrics("evaluate")["tested_on"] == "photos from the folder photos"
    project.restore()


def test_int8(project: Project) -> None:
    limits = ("max_drop", "max_known_drop", "max_loss_rise")
    options = ["export.precision=int8", *(f"export.{limit}=1.0" for limit in limits)]
    printed = project.dvc("exp", "run", *(word for o in options for word in ("-S", o)))
    assert "Running stage 'train'" not in printed
    assert "Running stage 'evaluate'" in printed
    assert project.metrics("export")["precision"] == "int8"
    int8, fp32 = (project.root / "models" / f"{n}.onnx" for n in ("model", "model_fp32"))
    assert int8.stat().st_size < 0.4 * fp32.stat().st_size
    assert Recognizer(int8).info.precision == "int8"
    project.restore()


def test_a_bad_param_stops_before_any_work(project: Project) -> None:
    path = project.root / "params.yaml"
    good = path.read_text()
    path.write_text(good.replace("drawn_per_class: 20", "drawn_per_class: 2"))
    printed = project.dvc("repro", code=255)
    assert "data.drawn_per_class: input should be greater than or equal to 3, got 2" in printed
    assert "Traceback" not in printed
    path.write_text(good)
    project.restore()
    assert NOTHING_TO_DO in project.dvc("repro")


def test_real_photos(project: Project, gtsrb: Path) -> None:
    project.dvc(
        "exp", "run", "-S", f"data.source={gtsrb}", "-S", "data.track_fraction=0.02",
        "-S", "data.add_drawn=5",
    )  # fmt: skip
    metrics = project.metrics("evaluate")
    assert metrics["tested_on"] == "photos from the folder gtsrb"
    assert re.fullmatch(
        r"\d+ of \d+ photos from the folder gtsrb \+ drawn signs \(5 a class, seed 2\)",
        str(metrics["trained_on"]),
    )
    assert project.metrics("split")["test_images"] == 7920
    project.restore()
