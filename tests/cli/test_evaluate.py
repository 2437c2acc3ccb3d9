"""`signs evaluate` on crops, with models that answer by pure colors: see `tests.tiny_models`."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.evaluation.metrics import Results
from signs.evaluation.summary import summary
from signs.inference.preprocess import preprocess
from signs.inference.recognizer import Recognizer
from tests.cli.conftest import Run, crops
from tests.data.layouts import make_folder
from tests.tiny_models import PLATES, RECOGNIZER


def found(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_figures_are_those_of_the_stage(run: Run, models: dict[str, Path]) -> None:
    answer = found(run("signs", "--json"))
    paths = sorted(Path("signs/test").rglob("*.png"))
    labels = np.array([int(path.parent.name) for path in paths])
    recognizer = Recognizer(models["model"])
    answers = recognizer.answer([preprocess(path.read_bytes(), 32) for path in paths])
    results = Results(answers.probabilities, labels, GTSRB)
    (judged,) = answer.pop("models")
    assert judged.pop("figures") == summary(results, answers.recognized, 1.0)
    assert judged == {
        "model": str(models["model"]), "model_version": RECOGNIZER.version, "trained_on": "colors",
    }  # fmt: skip
    assert answer == {
        "source": "photos from the class folders in signs", "layout": "class folders",
        "part": "test", "images": 7, "groups": None, "unreadable": [], "warnings": [],
        "difference": None,
    }  # fmt: skip


def test_the_table(run: Run) -> None:
    result = run("signs")
    assert result.exit_code == 0
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0] == "photos from the class folders in signs (class folders), part test: 7 images"
    cells = [[c.strip() for c in line.split("│")[1:-1]] for line in lines]
    rows = dict(row for row in cells if len(row) == 2)
    assert rows["errors"] == "1"
    assert rows["accuracy"] == "85.71%"
    assert rows["refused"] == "14.29%"
    assert rows["worst_class"] == "14 Stop"
    assert lines[-1] == "model 0123456789ab-fp32 (colors), trained on colors"


@pytest.mark.parametrize(
    ("args", "part", "images"),
    [
        (["signs"], "test", 7),
        (["signs", "--part", "train"], "train", 2),
        (["signs", "--part", "test"], "test", 7),
        (["flat"], "train", 3),  # all there is
        (["hub"], "test", 4),
        (["signs.zip"], "test", 7),
    ],
)
def test_which_part_is_looked_at(args: list[str], part: str, images: int, run: Run) -> None:
    if args[0] == "hub":
        make_folder(Path("hub"))
    if args[0] == "signs.zip":
        subprocess.run([sys.executable, "-m", "zipfile", "-c", "signs.zip", "signs"], check=True)
    answer = found(run(*args, "--json"))
    assert (answer["part"], answer["images"]) == (part, images)
    assert f", part {part}: {images} images" in run(*args).stdout


def test_what_cannot_be_read_is_counted_named_and_left_out(run: Run) -> None:
    Path("signs/test/14/bad.png").write_text("a shopping list")
    Path("signs/test/14/empty.png").touch()
    result = run("signs", "--json")
    answer = found(result)
    assert answer["images"] == 7
    assert [line.split(":")[0] for line in answer["unreadable"]] == [
        "test/14/bad.png", "test/14/empty.png",
    ]  # fmt: skip
    assert "warning: 2 of 9 images cannot be read, and are left out\n" in result.stderr
    assert "  test/14/bad.png: this is a text file" in result.stderr
    for number in range(20):
        Path(f"signs/test/14/bad-{number}.png").touch()
    assert "... and 12 more: --json lists all" in run("signs").stderr


def test_two_files_are_compared_on_the_same_pictures(run: Run) -> None:
    both = ["--model", "{model}", "--model", "{worse}"]
    result = run("signs", *both, "--json")
    answer = found(result)
    one, other = (each["figures"] for each in answer["models"])
    assert [each["model_version"][:4] for each in answer["models"]] == ["0123", "ba98"]
    assert set(answer["difference"]) == {
        "accuracy", "macro_f1", "refused", "risk_coverage_area", "calibration_error",
    }  # fmt: skip
    for name, each in answer["difference"].items():
        assert each["value"] == pytest.approx(other[name] - one[name], abs=1e-6)
        assert each["low"] <= each["value"] <= each["high"]
    assert answer["difference"]["accuracy"]["value"] == pytest.approx(-2 / 7)
    assert "which images show one sign is not known" in result.stderr
    table = run("signs", *both).stdout
    (row,) = [line for line in table.splitlines() if line.startswith("│ accuracy")]
    assert [cell.strip() for cell in row.split("│")[2:5]] == ["85.71%", "57.14%", "-28.57"]
    assert "B: model ba9876543210-fp32 (colors)" in table


def test_groups_that_the_source_names_are_resampled(run: Run) -> None:
    crops(Path("many"), {"14": ["stop"] * 3 + ["right"], "38": ["right"] * 4})
    result = run("many", "--model", "{model}", "--model", "{worse}", "--json")
    answer = found(result)
    assert answer["groups"] == 8  # the names of the files tell
    assert "is not known" not in result.stderr


def test_mistakes_are_written(run: Run) -> None:
    assert run("signs", "--mistakes", "out/new").exit_code == 0
    assert {path.name for path in Path("out/new").iterdir()} == {"mistakes.csv", "mistakes.png"}
    with Path("out/new/mistakes.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["image"], row["truth"], row["answer"], row["recognized"]) == (
        "test/14/00002_00000.png", "14 Stop", "38 Keep right", "True",
    )  # fmt: skip
    pixels = np.asarray(Image.open("out/new/mistakes.png").convert("RGB"))
    assert (pixels == PLATES["right"].color).all(axis=2).sum() > 1000  # the crop is shown


def test_mistakes_of_two_models(run: Run) -> None:
    Path("signs/test/12/bad.png").touch()  # places count all pictures, and rows those that are read
    both = ["--model", "{model}", "--model", "{worse}"]
    assert run("signs", *both, "--mistakes", "out").exit_code == 0
    counts = [len(Path(f"out/{name}/mistakes.csv").read_text().splitlines()) for name in "AB"]
    assert counts == [2, 4]
    assert run("flat", "--mistakes", "none").exit_code == 0  # there is none
    assert len(Path("none/mistakes.csv").read_text().splitlines()) == 1
    assert Path("none/mistakes.png").is_file()
