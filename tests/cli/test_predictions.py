import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from signs.cli import main
from signs.errors import SignsError
from signs.inference.recognizer import BATCH, Recognizer
from signs.cli.predictions import find_images, predict_files

NO_IMAGE = "not an image that can be read: send one of BMP, GIF, JPEG, PNG, PPM, TIFF, WEBP"


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo [1].jpg"  # brackets are markup to rich
    Image.effect_mandelbrot((40, 30), (-2, -1.5, 1, 1.5), 100).convert("RGB").save(path)
    return path


def test_folders_are_searched_and_files_taken_as_they_are(tmp_path: Path) -> None:
    for name in ("b/x.PNG", "b/a.jpg", "b/notes.txt", "c.data"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = find_images([tmp_path / "c.data", tmp_path / "b"])
    assert [p.name for p in found] == ["c.data", "a.jpg", "x.PNG"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(SignsError, match="no image in this folder"):
        find_images([tmp_path / "empty"])
    with pytest.raises(SignsError, match="no such file or folder"):
        find_images([tmp_path / "none"])


def test_bad_files_do_not_shift_the_others(model_file: Path, photo: Path, tmp_path: Path) -> None:
    recognizer = Recognizer(model_file)
    bad = tmp_path / "bad.png"
    bad.write_text("no image")
    paths = [photo, bad] * BATCH
    predictions = list(predict_files(recognizer, paths, top_k=2))
    assert [p.path for p in predictions] == paths
    assert all((p.answer is None) == (p.path == bad) for p in predictions)
    assert predictions[1].error == NO_IMAGE
    alone = next(iter(predict_files(recognizer, [photo], top_k=2))).answer
    assert alone is not None
    for prediction in predictions[::2]:
        assert prediction.answer is not None
        probabilities = [g.probability for g in prediction.answer.guesses]
        assert np.allclose(probabilities, [g.probability for g in alone.guesses], atol=1e-5)


def test_table(model_file: Path, photo: Path) -> None:
    result = run("predict", photo, "--model", model_file, "--top", 2)
    assert result.exit_code == 0, result.output
    assert "photo [1].jpg" in "".join(line[1:].split("│")[0].strip() for line in
                                      result.output.splitlines())  # fmt: skip
    assert result.output.count("%") == 2 + 1 + 1  # two guesses, known, and the threshold on it
    assert "model 0123456789ab-fp32 (signnet), trained on noise" in result.output


def test_json_and_csv(model_file: Path, photo: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"a shopping list")
    out = tmp_path / "answers.csv"
    result = run("predict", photo, bad, "--json", "--csv", out, "--model", model_file)
    assert result.exit_code == 1
    assert f"error: {bad}: not an image" in result.stderr
    first, second = json.loads(result.stdout)
    assert first["image"] == str(photo)
    assert len(first["guesses"]) == 3
    assert set(first["guesses"][0]) == {"class_id", "name", "stvo", "probability"}
    assert second == {"image": str(bad), "error": NO_IMAGE}
    rows = list(csv.DictReader(out.open()))
    assert [row["rank"] for row in rows] == ["1", "2", "3", ""]
    assert rows[0]["name"] == first["guesses"][0]["name"]
    assert rows[3]["error"] == NO_IMAGE


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["predict", "none.png"], 1, "error: models/model.onnx not found: run `uv run dvc repro`"),
        (["predict", "none.png", "--model", "{model}"], 1, "error: none.png: no such file"),
        (["predict", "{photo}", "--model", "{photo}"], 1, "is not an ONNX model that can be read"),
        (["predict"], 2, "Missing argument"),
        (["predict", "{photo}", "--top", "0"], 2, "0 is not in the range"),
        (["predict", "{photo}", "--model", "{model}", "--csv", "/proc/x"], 1, "cannot write"),
        (["draw", "stop.png"], 2, "either --class ID or --all"),
        (["draw", "--all", "--size", "513", "stop.png"], 2, "--size is at most 512 with --all"),
        (["draw", "--class", "43", "stop.png"], 2, "43 is not in the range"),
        (
            ["draw", "--class", "14", "--variant", "old", "x.png"],
            2,
            "this sign has no other design",
        ),
        (["draw", "--class", "35", "--variant", "new", "x.png"], 2, "this sign has old"),
        (
            ["draw", "--class", "35", "--variant", "old", "--photos", "2", "x.png"],
            2,
            "leave --variant",
        ),
        (["draw", "--class", "35", "--photos", "100", "x.png"], 2, "times --size is at most 8192"),
        (["draw", "--class", "14", "stop.jpg"], 1, "its name must end in .png"),
    ],
)
def test_errors_are_clear(
    args: list[str],
    code: int,
    said: str,
    model_file: Path,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*[arg.format(model=model_file, photo=photo) for arg in args])
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_draw(tmp_path: Path) -> None:
    target = tmp_path / "stop.png"
    assert run("draw", "--class", 14, "--size", 256, target).exit_code == 0
    picture = Image.open(target)
    assert picture.size == (256, 256)
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
    red, green, blue, alpha = picture.getpixel((128, 40))  # type: ignore[misc]
    assert red > 150 > green
    assert blue < 100
    assert alpha == 255
    assert run("draw", "--all", "--size", 24, tmp_path / "all.png").exit_code == 0
    assert Image.open(tmp_path / "all.png").size == (9 * 26 + 2, 6 * 26 + 2)
    assert run("draw", "--class", 14, "--photos", 3, "--size", 40, target).exit_code == 0
    assert Image.open(target).size == (120, 40)
    assert run("draw", "--all", "--photos", 2, "--size", 20, target).exit_code == 0
    assert Image.open(target).size == (7 * 40, 7 * 20)


def test_classes() -> None:
    assert "Wild animals crossing" in run("classes").output
