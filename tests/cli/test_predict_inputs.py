"""`signs predict` on the files that people have."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from click.testing import CliRunner, Result
from onnx import TensorProto, helper
from PIL import Image

from signs.cli import main

SIZE = (40, 30)


def predict(*args: object) -> Result:
    return CliRunner().invoke(main, ["predict", *[str(arg) for arg in args]])


def noise(mode: str = "RGB") -> Image.Image:
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 256, (SIZE[1], SIZE[0], 3), dtype=np.uint8))
    return image.convert(mode)


def save_transparent_palette(path: Path) -> None:
    noise("P").save(path, transparency=0)


def save_animation(path: Path) -> None:
    noise().save(path, "GIF", save_all=True, append_images=[Image.new("RGB", SIZE)] * 3)


def save_rotated(path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    noise().save(path, "JPEG", exif=exif)


def save_16_bit(path: Path) -> None:
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 2**16, SIZE[::-1]).astype(np.uint16)).save(path, "PNG")


@pytest.mark.parametrize(
    "save",
    [
        lambda path: noise("CMYK").save(path, "JPEG"),
        save_16_bit,
        save_transparent_palette,
        save_animation,
        save_rotated,
        lambda path: Image.new("RGB", (9000, 9000)).save(path),
    ],
    ids=["CMYK", "16 bits", "palette with transparency", "animated", "EXIF-rotated", "large"],
)
def test_odd_images_are_read(
    save: Callable[[Path], None], tmp_path: Path, model_file: Path
) -> None:
    path = tmp_path / "photo.png"
    save(path)
    result = predict(path, "--model", model_file)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert result.output.count("%") == 3 + 1 + 1  # three guesses, known, and the threshold on it


def save_nothing_much(path: Path) -> None:
    """Two gigabytes, of which none is on the disk."""
    with path.open("wb") as stream:
        stream.truncate(2_000_000_000)


@pytest.mark.parametrize(
    ("save", "said"),
    [
        (lambda path: None, "no such file or folder"),
        (
            lambda path: path.write_text("a shopping list"),
            "a text file, not an image that can be read",
        ),
        (lambda path: path.write_bytes(b""), "the image is empty: no bytes arrived"),
        (lambda path: Image.new("RGB", (1, 1)).save(path), "too small: 1 x 1 pixels"),
        (
            lambda path: Image.new("1", (20_000, 20_000)).save(path),
            "too large: crop it to the sign, at most 100 million pixels are read",
        ),
        (lambda path: path.mkdir(), "no image in this folder"),
        (lambda path: path.symlink_to("nowhere"), "a link to nowhere, where nothing is"),
        (lambda path: path.write_bytes(b"%PDF-1.7"), "this is a PDF document"),
        (save_nothing_much, "has 2,000 MB"),
    ],
    ids=[
        "missing",
        "text",
        "empty",
        "1 x 1",
        "20,000 x 20,000",
        "empty folder",
        "broken link",
        "PDF",
        "two gigabytes",
    ],
)
def test_what_cannot_be_read_is_one_line(
    save: Callable[[Path], None], said: str, tmp_path: Path, model_file: Path
) -> None:
    path = tmp_path / "photo.png"
    save(path)
    result = predict(path, "--model", model_file)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"error: {path}: ")
    assert said in result.stderr
    assert result.stdout == ""


def save_foreign_model(path: Path) -> None:
    """A valid ONNX file that another project exported."""
    value = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1]) for n in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", value[:1], value[1:])
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, ir_version=9, opset_imports=[opset]), path)


@pytest.mark.parametrize(
    ("save", "said"),
    [
        (save_foreign_model, "cannot be used here: it was not exported by this project"),
        (lambda path: path.write_bytes(b"\x00\x01"), "is not an ONNX model that can be read"),
        (lambda path: None, "not found: run `uv run dvc repro`"),
    ],
    ids=["foreign", "garbage", "missing"],
)
def test_a_model_that_is_not_ours_is_one_line(
    save: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    noise().save(tmp_path / "photo.png")
    model = tmp_path / "model.onnx"
    save(model)
    result = predict(tmp_path / "photo.png", "--model", model)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert said in result.stderr


def test_explain(tmp_path: Path, model_file: Path) -> None:
    photo, out = tmp_path / "photo.png", tmp_path / "out.png"
    noise().save(photo)
    result = predict(photo, "--model", model_file, "--explain", out)
    assert result.exit_code == 0, result.output
    assert Image.open(out).mode == "RGB"
    assert f"{out}: where the model looked" in result.stderr
    result = predict(photo, photo, "--model", model_file, "--explain", out)
    assert result.exit_code == 2
    assert "--explain takes one image, got 2" in result.stderr
    for option in ("--explain", "--csv"):
        result = predict(photo, "--model", model_file, option, photo)
        assert result.exit_code == 1
        assert "is one of the files that are read: write to another file" in result.stderr
    result = predict(photo, "--model", model_file, "--explain", tmp_path / "out.jpg")
    assert result.exit_code == 1
    assert "the name must end in .png" in result.stderr


NOT_UTF8 = os.fsdecode(b"gr\xfc\xdf.png")  # as from a zip that Windows wrote


@pytest.mark.parametrize(
    ("name", "shown", "written"),
    [
        (NOT_UTF8, r"gr\xfc\xdf.png", r"gr\xfc\xdf.png"),
        ("a\nb.png", r"a\x0ab.png", "a\nb.png"),
        ("\x1b[2Jhidden.png", r"\x1b[2Jhidden.png", "\x1b[2Jhidden.png"),
        ("a\u202egnp.exe.png", r"a\u202egnp.exe.png", "a\u202egnp.exe.png"),
        ("a\u2028b.png", r"a\u2028b.png", "a\u2028b.png"),
        ("größe 👩‍🚒\u202f1.png", "größe 👩‍🚒\u202f1.png", "größe 👩‍🚒\u202f1.png"),
    ],
    ids=["not UTF-8", "newline", "escape", "turned", "line separator", "letters"],
)
@pytest.mark.parametrize("good", [True, False])
def test_names_of_files(
    name: str,
    shown: str,
    written: str,
    good: bool,
    tmp_path: Path,
    model_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Terminals get no control character, and programs the name itself, as far as it is UTF-8."""
    monkeypatch.chdir(tmp_path)  # a long path would be broken into lines, with the name
    folder, answers = Path("d"), Path("o.csv")
    folder.mkdir()
    if good:
        noise().save(folder / name)
    else:
        (folder / name).write_bytes(b"\xff\xd8\xff")
    result = predict(folder, "--model", model_file, "--csv", answers, "--top", 1)
    assert "Traceback" not in result.stderr
    assert result.exit_code == (0 if good else 1), result.output
    told = "".join(line[1:].split("│")[0].strip() for line in result.stdout.splitlines())
    assert shown in (told if good else result.stderr)
    assert not set(result.output) & set("\x1b\u202e\u2028")
    with answers.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["image"] == f"{folder}/{written}"
    result = predict(folder, "--model", model_file, "--json")
    (answer,) = json.loads(result.stdout_bytes.decode("utf-8"))
    assert answer["image"] == f"{folder}/{written}"


def test_a_missing_path_does_not_stop_the_others(tmp_path: Path, model_file: Path) -> None:
    noise().save(tmp_path / "photo.png")
    (tmp_path / "notes.txt").touch()
    missing = tmp_path / "missing.png"
    result = predict(tmp_path, missing, tmp_path / "photo.png", "--model", model_file, "--json")
    assert result.exit_code == 1
    assert [answer.get("error") for answer in json.loads(result.stdout)] == [
        None, "no such file or folder", None,
    ]  # fmt: skip
    assert result.stderr.splitlines() == [
        "passed over 1 file that is not a picture: 1 .txt",
        f"error: {missing}: no such file or folder",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
@pytest.mark.parametrize("option", ["--json", "--top=1"])
def test_a_terminal_without_the_letters(
    encoding: str, option: str, tmp_path: Path, model_file: Path
) -> None:
    noise().save(tmp_path / "größe ☃.png")
    done = subprocess.run(
        [sys.executable, "-c", "from signs.cli import main; main()", "predict", str(tmp_path),
         "--model", str(model_file), option],
        env=os.environ | {"PYTHONIOENCODING": encoding}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    if option == "--json":
        assert json.loads(done.stdout)[0]["image"] == str(tmp_path / "größe ☃.png")


def test_many_images_are_more_than_one_table(
    tmp_path: Path, model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signs.cli.tables.IMAGES", 4)
    for n in range(10):
        noise().save(tmp_path / f"{n}.png")
    result = predict(tmp_path, "--model", model_file, "--top", 1)
    assert result.output.count("recognized: known is at least") == 1
    assert result.output.count("probability") == 3
    assert [f"{n}.png" in result.output.replace("│", "").replace("\n", "") or n for n in range(10)]
