import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from signs.cli import main
from signs.cli.predictions import predict_files
from signs.inference.explain import explain
from signs.inference.recognizer import BATCH, Recognizer

NO_IMAGE = "this is a text file, not an image that can be read: send a picture"


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo [1].jpg"  # brackets are markup to rich
    Image.effect_mandelbrot((40, 30), (-2, -1.5, 1, 1.5), 100).convert("RGB").save(path)
    return path


def test_a_broken_link_is_not_skipped(
    model_file: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (photo.parent / "link.png").symlink_to("nowhere.png")
    monkeypatch.chdir(photo.parent.parent)  # a long path would be broken into lines
    result = run("predict", photo.parent.name, "--model", model_file)
    assert result.exit_code == 1
    assert "link.png: No such file or directory" in result.stderr
    assert photo.name in result.stdout


def test_bad_files_do_not_shift_the_others(model_file: Path, photo: Path, tmp_path: Path) -> None:
    recognizer = Recognizer(model_file)
    bad = tmp_path / "bad.png"
    bad.write_text("a shopping list")
    paths = [photo, bad] * BATCH
    predictions = list(predict_files(recognizer, paths, top_k=2))
    assert [p.path for p in predictions] == paths
    assert all((p.error is None) == (p.path == photo) for p in predictions)
    assert all(len(p.guesses) == (2 if p.path == photo else 0) for p in predictions)
    assert predictions[1].error == NO_IMAGE
    alone = next(predict_files(recognizer, [photo], top_k=2))
    for prediction in predictions[::2]:
        probabilities = [g.probability for g in prediction.guesses]
        assert np.allclose(probabilities, [g.probability for g in alone.guesses], atol=1e-5)


def test_the_answer_that_is_explained_is_the_answer_that_is_given(
    model_file: Path, tmp_path: Path
) -> None:
    """Both decode a large JPEG at an eighth of its size; at its full size the pixels differ."""
    photo = tmp_path / "photo.jpg"
    Image.effect_noise((1200, 1200), 200).save(photo)
    recognizer = Recognizer(model_file)
    (given,) = predict_files(recognizer, [photo], top_k=1)
    assert explain(recognizer, photo.read_bytes()).guess == given.guesses[0]


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
    assert f"error: {bad}: this is a text file" in result.stderr
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
        (["draw", "stop.png"], 2, "either one sign, --class ID, all of them, --all, or a --road"),
        (["draw", "--all", "--size", "513", "stop.png"], 2, "--size is at most 512 with --all"),
        (["draw", "--class", "43", "stop.png"], 2, "--class is at most 42"),
        (
            ["draw", "--class", "14", "--variant", "old", "x.png"],
            2,
            "other designs of this sign: none",
        ),
        (["draw", "--class", "35", "--variant", "new", "x.png"], 2, "of this sign: old"),
        (
            ["draw", "--class", "35", "--variant", "old", "--photos", "2", "x.png"],
            2,
            "leave out --variant",
        ),
        (["draw", "--class", "35", "--photos", "100", "x.png"], 2, "times --size is at most 8192"),
        (["draw", "--all", "--variant", "old", "x.png"], 2, "--variant needs --class"),
        (["draw", "--class", "14", "stop.jpg"], 1, "the name must end in .png"),
        (["classes", "--signs", "none"], 1, "neither gtsrb nor a folder"),
        (["classes", "--model", "{photo}"], 1, "is not an ONNX model that can be read"),
        (["classes", "--model", "{model}", "--signs", "gtsrb"], 2, "either --signs or --model"),
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
