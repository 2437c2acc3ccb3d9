"""`signs predict` on the files that people have."""

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


@pytest.mark.parametrize(
    ("save", "said"),
    [
        (lambda path: None, "no such file or folder"),
        (lambda path: path.write_text("a shopping list"), "not an image that can be read"),
        (lambda path: path.write_bytes(b""), "the image is empty: no bytes arrived"),
        (lambda path: Image.new("RGB", (1, 1)).save(path), "too small: 1 x 1 pixels"),
        (
            lambda path: Image.new("1", (20_000, 20_000)).save(path),
            "too large: crop it to the sign, at most 100 million pixels are read",
        ),
        (lambda path: path.mkdir(), "no image in this folder"),
    ],
    ids=["missing", "text", "empty", "1 x 1", "20,000 x 20,000", "empty folder"],
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
        assert "is one of the images: write to another file" in result.stderr
    result = predict(photo, "--model", model_file, "--explain", tmp_path / "out.jpg")
    assert result.exit_code == 1
    assert "the name must end in .png" in result.stderr
