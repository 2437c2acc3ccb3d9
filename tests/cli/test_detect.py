"""`signs detect` with two models that answer by pure colors: see `tests.tiny_models`."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from signs.cli import main
from tests.cli.conftest import SIGNS
from tests.tiny_models import DETECTOR, RECOGNIZER, road, save_detector, save_recognizer

SIGN_FIELDS = {
    "box", "score", "sign_score", "category", "class_id", "name", "stvo", "probability", "known",
    "recognized",
}  # fmt: skip


def answers(result: Result) -> list[dict[str, Any]]:
    return json.loads(result.stdout)


def test_the_table_names_what_is_recognized(detect: Callable[..., Result]) -> None:
    result = detect("a.png")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    cells = [[c.strip() for c in line.split("│")[1:-1]] for line in result.stdout.splitlines()]
    assert [row for row in cells if row] == [
        ["a.png", "50, 50, 90, 90", "Stop", "206", "97.0%", "other"],
        ["", "100, 100, 160, 160", "Keep right", "222", "87.2%", "mandatory"],
    ]
    assert "detector fedcba987654-fp32 (colors), trained on colors" in result.stdout
    everything = detect("a.png", "--min-score", 0).stdout
    assert [name in everything for name in ("Priority road?", "No entry?")] == [True, True]
    assert "Stop?" not in everything
    assert "no sign recognized" in detect("roads/02.png").stdout


def test_json(detect: Callable[..., Result]) -> None:
    (answer,) = answers(detect("a.png", "--json", "--min-score", 0))
    versions = {"model_version": RECOGNIZER.version, "detector_version": DETECTOR.version}
    signs = answer.pop("signs")
    assert answer == {"path": "a.png", "width": 300, "height": 200, **versions, "error": None}
    assert all(set(sign) == SIGN_FIELDS for sign in signs)
    assert [(s["class_id"], s["recognized"], s["category"]) for s in signs] == [
        (14, True, "other"), (38, True, "mandatory"), (12, False, "other"),
        (17, False, "prohibitory"),
    ]  # fmt: skip
    scores = [sign["score"] for sign in signs]
    assert scores == sorted(scores, reverse=True)
    for sign in signs:
        both = (sign["sign_score"] * sign["known"]) ** 0.5
        assert sign["score"] == pytest.approx(both * sign["probability"], abs=1e-5)
    # Of each sign, the detector gives two boxes, a pixel apart; the weaker has half of the vote.
    for sign, name in zip(signs, ("stop", "right", "weak", "outside"), strict=True):
        assert sign["box"] == pytest.approx([side + 1 / 3 for side in SIGNS[name]], abs=0.2)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], [14, 38]),
        (["--min-score", "0"], [14, 38, 12, 17]),
        (["--min-score", "0.2"], [14, 38, 12]),
        (["--min-score", "0.9"], [14]),  # recognized, and below
        (["--min-score", "1"], []),
    ],
)
def test_which_signs_all_outputs_hold(
    options: list[str], expected: list[int], detect: Callable[..., Result]
) -> None:
    written = ["--csv", "o.csv", "--coco", "o.json", "--crops", "crops", "--draw", "o.png"]
    result = detect("a.png", "--json", *options, *written)
    assert result.exit_code == 0, result.output
    (answer,) = answers(result)
    assert [sign["class_id"] for sign in answer["signs"]] == expected
    with Path("o.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["class_id"]) for row in rows if row["class_id"]] == expected
    assert len(rows) == max(1, len(expected))  # a picture without any has a row too
    coco = json.loads(Path("o.json").read_text())
    assert [one["category_id"] for one in coco] == expected
    crops = {f"a-{place}-{class_id}.png" for place, class_id in enumerate(expected)}
    assert {path.name for path in Path("crops").iterdir()} == crops
    drawn, plain = (np.asarray(Image.open(name)) for name in ("o.png", "a.png"))
    assert drawn.shape == plain.shape
    assert (drawn != plain).any() == bool(expected)
    assert not list(Path().rglob(".*"))  # nothing temporary is left


def test_other_programs_read_the_same_numbers(detect: Callable[..., Result]) -> None:
    result = detect("a.png", "--json", "--csv", "o.csv", "--coco", "o.json", "--crops", "c")
    sign = answers(result)[0]["signs"][0]
    left, top, right, bottom = sign["box"]
    with Path("o.csv").open(encoding="utf-8", newline="") as stream:
        row = next(csv.DictReader(stream))
    assert [float(row[side]) for side in ("left", "top", "right", "bottom")] == sign["box"]
    assert (row["path"], row["width"], row["height"], row["error"]) == ("a.png", "300", "200", "")
    for field in ("score", "sign_score", "known", "probability"):
        assert float(row[field]) == sign[field]
    first = json.loads(Path("o.json").read_text())[0]
    assert first["bbox"] == pytest.approx([left, top, right - left, bottom - top])
    assert (first["image_id"], first["file_name"]) == (1, "a.png")
    crop = Image.open("c/a-0-14.png")
    assert crop.size == (48, 48)  # 40 pixels, and a tenth on each side


def test_folders_are_searched_and_other_files_counted(detect: Callable[..., Result]) -> None:
    result = detect("roads", "--json", "--coco", "o.json", "--draw", "out", "--crops", "crops")
    assert result.exit_code == 0
    assert result.stderr == "passed over 1 file that is not a picture: 1 .txt\n"
    found = answers(result)
    assert [(one["path"], len(one["signs"])) for one in found] == [
        ("roads/02.png", 0), ("roads/1.png", 2), ("roads/more/1.png", 1),
    ]  # fmt: skip
    names = {path.name for path in Path("out").iterdir()}
    assert names == {"02.png", "1.png", "1_2.png"}
    names = {path.name for path in Path("crops").iterdir()}
    assert names == {"1-0-14.png", "1-1-38.png", "1_2-0-14.png"}
    # Two pictures are called 1: all are counted.
    assert [one["image_id"] for one in json.loads(Path("o.json").read_text())] == [2, 2, 3]


@pytest.mark.parametrize(
    ("paths", "code", "errors"),
    [
        (["a.png", "bad.jpg"], 0, ["bad.jpg: this is a text file"]),
        (["a.png", "none.png", "roads/empty"], 0, ["none.png: no such file", "no image in this"]),
        (["bad.jpg", "none.png"], 1, ["bad.jpg: this is a text file", "none.png: no such file"]),
        (["roads/empty"], 1, ["roads/empty: no image in this folder"]),
        (["roads/02.png"], 0, []),  # read, and without a sign
    ],
)
def test_the_exit_code_is_1_only_where_nothing_could_be_read(
    paths: list[str], code: int, errors: list[str], detect: Callable[..., Result]
) -> None:
    Path("roads/empty").mkdir()
    result = detect(*paths, "--json", "--csv", "o.csv", "--coco", "o.json")
    assert result.exit_code == code
    assert len(result.stderr.splitlines()) == len(errors)
    for line, said in zip(result.stderr.splitlines(), errors, strict=True):
        assert line.startswith("error: ")
        assert said in line
    found = answers(result)
    assert [one["path"] for one in found] == paths
    for one in found:
        if one["error"] is not None:
            assert (one["width"], one["height"], one["signs"]) == (None, None, [])
            assert one["model_version"] == RECOGNIZER.version
    with Path("o.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["path"]: row["error"] for row in csv.DictReader(stream)}
    assert rows == {one["path"]: one["error"] or "" for one in found}
    assert isinstance(json.loads(Path("o.json").read_text()), list)


def test_a_sub_folder_uses_its_projects_models(
    detect: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("dvc.yaml").touch()
    Path("models").mkdir()
    save_detector(Path("models/detector.onnx"))
    save_recognizer(Path("models/model.onnx"))
    monkeypatch.chdir("roads")
    done = CliRunner().invoke(main, ["detect", "1.png", "--json"])
    assert done.exit_code == 0, done.output
    Path("../models/detector.onnx").unlink()
    done = CliRunner().invoke(main, ["detect", "1.png"])
    assert done.exit_code == 1
    assert "models/detector.onnx not found: run `uv run dvc repro`" in done.stderr


def test_one_picture_may_be_drawn_into_a_folder(detect: Callable[..., Result]) -> None:
    Path("out").mkdir()
    assert detect("a.png", "--draw", "out").exit_code == 0
    assert [path.name for path in Path("out").iterdir()] == ["a.png"]
    assert detect("roads/more", "--draw", "new").exit_code == 0  # a folder with one picture
    assert Path("new/1.png").is_file()
    assert detect("roads/more", "--draw", "new.png").exit_code == 0
    assert Path("new.png").is_file()


def test_what_cannot_be_read_leaves_no_drawing(detect: Callable[..., Result]) -> None:
    result = detect("bad.jpg", "--draw", "o.png", "--crops", "crops")
    assert result.exit_code == 1
    assert not Path("o.png").exists()
    assert list(Path("crops").iterdir()) == []


def test_boxes_are_those_of_the_upright_picture(detect: Callable[..., Result]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    road((300, 200), stop=(50, 60, 90, 100)).save("turned.png", exif=exif)
    (answer,) = answers(detect("turned.png", "--json", "--draw", "o.png"))
    assert (answer["width"], answer["height"]) == (200, 300)
    assert answer["signs"][0]["box"] == pytest.approx([100, 50, 140, 90], abs=0.5)
    assert Image.open("o.png").size == (200, 300)


@pytest.mark.parametrize(
    ("size", "box"),
    [
        ((3840, 2160), (1000, 1000, 1200, 1200)),
        ((40, 40), (0, 0, 40, 40)),
        ((20, 300), (2, 2, 18, 18)),
    ],
)
def test_pictures_of_any_size(
    size: tuple[int, int], box: tuple[int, int, int, int], detect: Callable[..., Result]
) -> None:
    road(size, stop=box).save("photo.png")
    (answer,) = answers(detect("photo.png", "--json", "--draw", "o.png"))
    (sign,) = answer["signs"]
    assert sign["name"] == "Stop"
    assert sign["box"] == pytest.approx(box, abs=0.01 * max(size))
    assert (np.array(sign["box"]) <= [*size, *size]).all()
