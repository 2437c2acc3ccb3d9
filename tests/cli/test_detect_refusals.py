"""What `signs detect` refuses, before anything is read or written."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result


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
    detect_models: list[object],
) -> None:
    Path("bad.txt").write_text("a shopping list")
    Path("link.png").symlink_to("roads/1.png")
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    names = {"detector": detect_models[1], "model": detect_models[3]}
    result = detect(*[arg.format(**names) for arg in args])  # of an option given twice, the last
    assert result.exit_code == code, result.output
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert code == 2 or result.stderr.count("\n") == 1
    assert result.stdout == ""
    after = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert after == before
    assert not Path("new").exists()
