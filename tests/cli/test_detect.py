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
from signs.cli.detecting.lists import image_ids
from signs.cli.detecting.pictures import Names
from tests.tiny_models import DETECTOR, RECOGNIZER, road, save_detector, save_recognizer

SIGNS = {
    "weak": (10, 10, 30, 30),
    "stop": (50, 50, 90, 90),
    "right": (100, 100, 160, 160),
    "outside": (200, 20, 230, 60),
}
SIGN_FIELDS = {
    "box", "score", "sign_score", "category", "class_id", "name", "stvo", "probability", "known",
    "recognized",
}  # fmt: skip


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    folder = tmp_path_factory.mktemp("models")
    detector, model = folder / "detector.onnx", folder / "model.onnx"
    return ["--detector", save_detector(detector), "--model", save_recognizer(model)]


@pytest.fixture
def detect(
    models: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
        return CliRunner().invoke(main, ["detect", *map(str, models), *map(str, args)])

    return run


def answers(result: Result) -> list[dict[str, Any]]:
    return json.loads(result.stdout)


def test_the_table_names_what_is_recognized(detect: Callable[..., Result]) -> None:
    result = detect("a.png")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    cells = [[c.strip() for c in line.split("│")[1:-1]] for line in result.stdout.splitlines()]
    assert [row for row in cells if row] == [
        ["a.png", "50, 50, 90, 90", "Stop", "206", "94.0%", "other"],
        ["", "100, 100, 160, 160", "Keep right", "222", "76.0%", "mandatory"],
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
        product = sign["sign_score"] * sign["known"] * sign["probability"]
        assert sign["score"] == pytest.approx(product, abs=1e-5)
    # Of each sign, the detector gives two boxes, a pixel apart; the weaker has half of the vote.
    for sign, name in zip(signs, ("stop", "right", "weak", "outside"), strict=True):
        assert sign["box"] == pytest.approx([side + 1 / 3 for side in SIGNS[name]], abs=0.2)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], [14, 38]),
        (["--min-score", "0"], [14, 38, 12, 17]),
        (["--min-score", "0.2"], [14, 38, 12]),
        (["--min-score", "0.8"], [14]),  # recognized, and below
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


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["a.png", "--min-score", "1.5"], 2, "1.5 is not in the range"),
        (["a.png", "--min-score", "-0.1"], 2, "-0.1 is not in the range"),
        (["a.png", "--min-score", "nan"], 2, "it is not a number"),
        (["a.png", "--min-score", "high"], 2, "not a valid float"),
        ([], 2, "Missing argument"),
        (["a.png", "--csv", "a.png"], 1, "a.png is one of the files that are read"),
        (["a.png", "--coco", "./a.png"], 1, "a.png is one of the files that are read"),
        (["a.png", "--draw", "a.png"], 1, "a.png is one of the files that are read"),
        (["roads", "--csv", "roads/1.png"], 1, "roads/1.png is one of the files that are read"),
        (["a.png", "--csv", "{model}"], 1, "model.onnx is one of the files that are read"),
        (["a.png", "--csv", "x", "--coco", "./x"], 1, "--csv and --coco both name x"),
        (["roads", "--draw", "x", "--crops", "x"], 1, "--draw and --crops both name x"),
        (["a.png", "--draw", "x.jpg"], 1, "x.jpg: the name must end in .png"),
        (["a.png", "--draw", "x"], 1, "x: the name must end in .png"),
        (["roads", "--draw", "x.png"], 2, "x.png is one file for 3 pictures: name a folder"),
        (["roads", "--draw", "x.JPG"], 2, "x.JPG is one file for 3 pictures: name a folder"),
        (["roads/more", "--draw", "x.jpg"], 1, "x.jpg: the name must end in .png"),
        (["roads", "--draw", "new", "--crops", "a.png"], 1, "a.png is a file: name a folder"),
        (["roads", "--draw", "bad.txt"], 1, "bad.txt is a file: name a folder"),
        (["roads", "--crops", "a.png"], 1, "a.png is a file: name a folder"),
        (["roads", "--draw", "roads"], 1, "roads holds pictures that are read"),
        (["a.png", "--draw", "."], 1, "holds pictures that are read"),
        (["roads", "--crops", "roads/more"], 1, "roads/more holds pictures that are read"),
        (["link.png", "--crops", "roads"], 1, "roads holds pictures that are read"),
        (["a.png", "--csv", "roads"], 2, "is a directory"),
        (["a.png", "--coco", "roads"], 2, "is a directory"),
        (["a.png", "--csv", "bad.txt/x"], 1, "cannot write bad.txt/x: "),
        (["a.png", "--draw", "bad.txt/x.png"], 1, "cannot write bad.txt/x.png: "),
        (["a.png", "--draw", "/proc/x.png"], 1, "cannot write /proc/x.png: "),
        (["a.png", "--crops", "/proc/x"], 1, "cannot write /proc/x: "),
        (["a.png", "--csv", "-"], 1, "- is not the name of a file"),
        (["a.png", "--detector", "none.onnx"], 1, "none.onnx not found: run `uv run dvc repro`"),
        (["a.png", "--detector", "{model}"], 1, "it is a model to recognize"),
        (["a.png", "--model", "{detector}"], 1, "it is a model to detect"),
        (["a.png", "--detector", "bad.txt"], 1, "bad.txt is not an ONNX model"),
    ],
)
def test_what_is_refused_before_the_work_begins(
    args: list[str],
    code: int,
    said: str,
    detect: Callable[..., Result],
    models: list[object],
) -> None:
    Path("bad.txt").write_text("a shopping list")
    Path("link.png").symlink_to("roads/1.png")
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    names = {"detector": models[1], "model": models[3]}
    result = detect(*[arg.format(**names) for arg in args])  # of an option given twice, the last
    assert result.exit_code == code, result.output
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert code == 2 or result.stderr.count("\n") == 1
    assert result.stdout == ""
    after = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert after == before
    assert not Path("new").exists()


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


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a.png", "b.png"], [1, 2]),
        (["00012.ppm", "7.png"], [12, 7]),
        (["12.ppm", "d/012.png"], [1, 2]),  # the same number
        (["12.ppm", "a.png"], [1, 2]),
        (["-3.png", "²³.png", "٣.png"], [1, 2, 3]),
        (["1.png", "12345678901234567.png"], [1, 2]),  # more than JSON's readers hold
        (["7.png", "7.png"], [7, 7]),  # one picture, named twice
        ([], []),
    ],
)
def test_numbers_of_pictures(names: list[str], expected: list[int]) -> None:
    paths = [Path(name) for name in names]
    ids = image_ids(paths)
    assert [ids[path] for path in paths] == expected


def test_names_of_drawings() -> None:
    names = Names()
    paths = ["a.jpg", "d/a.png", "A.png", "a_2.png", "b.c.png", "ä b.png"]
    expected = ["a", "a_2", "A_3", "a_2_2", "b.c", "ä b"]
    assert [names.name(Path(path)) for path in paths] == expected
