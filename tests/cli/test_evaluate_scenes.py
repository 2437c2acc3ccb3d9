"""`signs evaluate` on scenes, with models that answer by pure colors: see `tests.tiny_models`."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.cli import main
from signs.cli.evaluating.scenes import answer_scenes
from signs.data.folders.opening import open_tree
from signs.data.scenes.open import find_scenes
from signs.evaluation.scenes.results import SceneResults
from signs.evaluation.scenes.summary import summary
from signs.inference.detector import Detector
from signs.inference.recognizer import Recognizer
from signs.inference.scene_reader import SceneReader
from signs.pictures.decoding import decode
from signs.splitting.places import infer_places
from tests.cli.conftest import Run
from tests.tiny_models import (
    DETECTOR,
    PLATES,
    RECOGNIZER,
    RED_IS_YIELD,
    WORSE,
    road,
    save_detector,
    save_recognizer,
)

STOP, RIGHT, WEAK = (50, 50, 90, 90), (100, 100, 160, 160), (10, 10, 30, 30)
# Left, top, right, bottom (inclusive) and class: a stop sign is missed in 1, as it is yellow there,
# and a sign in 0 has no label.
TABLE = "0.png;50;50;89;89;14\n0.png;10;10;29;29;12\n1.png;50;50;89;89;14\n2.png;50;50;89;89;14\n"


def gtsdb(folder: Path, table: str = TABLE) -> Path:
    folder.mkdir(parents=True)
    road((300, 200), stop=STOP, weak=WEAK, right=RIGHT).save(folder / "0.png")
    road((300, 200), weak=STOP).save(folder / "1.png")
    road((400, 200), stop=STOP).save(folder / "2.png")
    road((300, 300)).save(folder / "3.png")
    (folder / "gt.txt").write_text(table)
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Models; a recognizer that takes red for Yield; a detector that names no weaker sign."""
    folder = tmp_path_factory.mktemp("models")
    strict = replace(DETECTOR, threshold=0.9, version="456789abcdef-fp32")
    return {
        "model": save_recognizer(folder / "model.onnx"),
        "worse": save_recognizer(folder / "worse.onnx", WORSE, RED_IS_YIELD),
        "detector": save_detector(folder / "detector.onnx"),
        "strict": save_detector(folder / "strict.onnx", strict),
    }


@pytest.fixture
def run(models: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in a folder with scenes; models are named unless others are."""
    monkeypatch.chdir(tmp_path)
    gtsdb(Path("roads"))

    def evaluate(*args: object) -> Result:
        texts = [str(arg).format(**models) for arg in args]
        for option in ("model", "detector"):
            if f"--{option}" not in texts:
                texts += [f"--{option}", str(models[option])]
        return CliRunner().invoke(main, ["evaluate", *texts])

    return evaluate


def found(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def judged(folder: str, models: dict[str, Path]) -> SceneResults:
    """As the stage does it, with all pictures in memory."""
    source = find_scenes(open_tree(Path(folder)), GTSRB)
    assert source is not None
    scenes = tuple(source.parts["train"]())
    reader = SceneReader(Detector(models["detector"]), Recognizer(models["model"]))
    answers = tuple(reader.read(decode(scene.data)) for scene in scenes)
    return SceneResults(scenes, answers, GTSRB, infer_places(scenes))


def test_figures_are_those_of_the_stage(run: Run, models: dict[str, Path]) -> None:
    result = run("roads", "--json")
    answer = found(result)
    results = judged("roads", models)
    (one,) = answer.pop("models")
    counts = {"misses": 2, "false_alarms": 1, "wrong_names": 0}
    assert one.pop("figures") == summary(results) | counts
    assert one == {
        "model": str(models["model"]), "model_version": RECOGNIZER.version, "trained_on": "colors",
        "detector": str(models["detector"]), "detector_version": DETECTOR.version,
        "detector_trained_on": "colors",
    }  # fmt: skip
    assert results.groups is not None
    assert answer == {
        "source": "scenes in GTSDB's layout in roads", "layout": "GTSDB", "part": "train",
        "scenes": 4, "groups": len(set(results.groups)), "unreadable": [], "warnings": [],
        "difference": None,
    }  # fmt: skip
    assert result.stderr == ""


def test_no_picture_is_kept(models: dict[str, Path], tmp_path: Path) -> None:
    source = find_scenes(open_tree(gtsdb(tmp_path / "roads")), GTSRB)
    assert source is not None
    reader = SceneReader(Detector(models["detector"]), Recognizer(models["model"]))
    answers = answer_scenes(source.parts["train"](), [reader], "roads")
    assert [scene.data for scene in answers.results[0].scenes] == [b""] * 4


def test_the_table(run: Run) -> None:
    lines = run("roads").stdout.splitlines()
    assert lines[0].startswith("scenes in GTSDB's layout in roads (GTSDB), part train: 4 scenes of")
    cells = [[c.strip() for c in line.split("│")[1:-1]] for line in lines]
    rows = dict(row for row in cells if len(row) == 2)
    assert (rows["misses"], rows["false_alarms"]) == ("2", "1")
    assert lines[-1].startswith("detector fedcba987654-fp32 (colors), trained on colors; model 0")


@pytest.mark.parametrize(
    ("options", "versions", "worse"),
    [
        (["--model", "{model}", "--model", "{worse}"], [("0123", "fedc"), ("ba98", "fedc")], True),
        (
            ["--detector", "{detector}", "--detector", "{strict}"],
            [("0123", "fedc"), ("0123", "4567")],
            False,
        ),
        (
            ["--model", "{model}", "--model", "{worse}", "--detector", "{detector}", "--detector",
             "{strict}"],
            [("0123", "fedc"), ("ba98", "4567")],
            True,
        ),
    ],
)  # fmt: skip
def test_two_are_compared_on_the_same_scenes(
    options: list[str], versions: list[tuple[str, str]], worse: bool, run: Run
) -> None:
    answer = found(run("roads", *options, "--json"))
    assert versions == [
        (each["model_version"][:4], each["detector_version"][:4]) for each in answer["models"]
    ]
    one, other = (each["figures"] for each in answer["models"])
    assert answer["difference"]["micro_ap50"].keys() == {"value", "low", "high"}
    for name, each in answer["difference"].items():
        assert each["value"] == pytest.approx(other[name] - one[name])
        assert each["low"] <= each["value"] <= each["high"]
    assert (answer["difference"]["micro_ap50"]["value"] < -0.1) == worse
    table = run("roads", *options).stdout
    assert "B: detector" in table


def test_what_cannot_be_read_is_counted_named_and_left_out(run: Run) -> None:
    before = found(run("roads", "--json"))["models"]
    Path("roads/00.png").write_text("a shopping list")
    result = run("roads", "--json")
    answer = found(result)
    assert answer["scenes"] == 4
    assert answer["models"] == before
    assert [line.split(":")[0] for line in answer["unreadable"]] == ["00.png"]
    assert "warning: 1 of 5 scenes cannot be read, and are left out\n  00.png: " in result.stderr


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "there is no sign in the scenes: figures that need one are left out"),
        (f"{TABLE}0.png;100;100;159;159;43\n", "signs outside of the label space: 1"),
        (f"{TABLE}0.png;900;100;959;159;3\n", "boxes that were left out: 1, such as 0.png: the"),
    ],
)
def test_what_to_know_of_the_labels(table: str, said: str, run: Run) -> None:
    gtsdb(Path("others"), table)
    result = run("others", "--json")
    assert any(said in line for line in found(result)["warnings"])
    assert f"warning: {said}" in result.stderr
    assert "NaN" not in result.stdout
    assert run("others", "--mistakes", "out", "--model", "{model}", "--model", "{worse}")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["outside"], 1, "the model lacks all of its signs (1): name their classes as `signs c"),
        (["bad"], 1, "not one of 1 scenes can be read: 0.png: "),
        (["roads", "--part", "test"], 1, "it has no part test, but: train"),
        (["roads", "--detector", "none.onnx"], 1, "none.onnx not found"),
        (["roads", "--detector", "{model}"], 1, "it is a model to recognize"),
        (["roads", *["--detector", "{detector}"] * 3], 2, "two files can be compared, got 3"),
        (["roads", "--mistakes", "roads"], 1, "roads lies in the source: name another folder"),
        (["empty"], 1, "has gt.txt and no scenes"),
    ],
)
def test_what_is_refused(args: list[str], code: int, said: str, run: Run) -> None:
    gtsdb(Path("outside"), "0.png;50;50;89;89;77\n")
    for folder in ("bad", "empty"):
        Path(folder).mkdir()
        Path(folder, "gt.txt").write_text("")
    Path("bad/0.png").write_text("a shopping list")
    before = sorted(Path().rglob("*"))
    result = run(*args)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.stderr.split())
    assert code == 2 or result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert sorted(Path().rglob("*")) == before


def test_mistakes_are_written(run: Run) -> None:
    Path("roads/00.png").touch()  # places count all pictures, and rows those that are read
    assert run("roads", "--mistakes", "out").exit_code == 0
    kinds = ("misses", "false_alarms", "wrong_names")
    assert {path.name for path in Path("out").iterdir()} == {
        f"{kind}.{suffix}" for kind in kinds for suffix in ("csv", "png")
    }
    rows = {}
    for kind in kinds:
        with Path(f"out/{kind}.csv").open(encoding="utf-8", newline="") as stream:
            rows[kind] = list(csv.DictReader(stream))
    assert [(row["scene"], row["truth"]) for row in rows["misses"]] == [
        ("0.png", "12 Priority road"), ("1.png", "14 Stop"),
    ]  # fmt: skip
    (alarm,) = rows["false_alarms"]
    assert (alarm["scene"], alarm["answer"]) == ("0.png", "38 Keep right")
    assert float(alarm["left"]) == pytest.approx(100, abs=1)
    assert rows["wrong_names"] == []
    pixels = np.asarray(Image.open("out/false_alarms.png").convert("RGB"))
    assert (pixels == PLATES["right"].color).all(axis=2).sum() > 1000  # the sign is shown
