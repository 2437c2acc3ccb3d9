"""What `signs evaluate` refuses, and the packages that it needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from signs.cli.evaluate import PACKAGES
from tests.cli.conftest import Run
from tests.conftest import ROOT
from tests.data.layouts import make_folder
from tests.test_floors import closure
from tests.test_packaging import BASE, declared, imported
from tests.tiny_models import road


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["none"], 1, "none: nothing is there; name a folder"),
        (["/none"], 1, "/none: nothing is there; name a folder"),
        ([" "], 1, "the name of the source is blank"),
        (["drawn"], 1, "drawn: its images are drawn by the stage download"),
        (["empty"], 1, "empty is empty; it should hold one of"),
        (["notes.txt"], 1, "notes.txt is a file, and no zip archive"),
        (["unreadable"], 1, "not one of 1 images can be read: 14/a.png: "),
        (["signs", "--part", "val"], 1, "it has no part val, but: "),
        (["signs", "--model", "none.onnx"], 1, "none.onnx not found"),
        (["signs", "--model", "{detector}"], 1, "it is a model to detect"),
        (["signs", "--model", "{model}", "--model", "{two}"], 1, "tell other signs apart"),
        (["signs", *["--model", "{model}"] * 3], 2, "two files can be compared, got 3"),
        (["signs", *["--detector", "{detector}"] * 3], 2, "two files can be compared, got 3"),
        (["signs", "--detector", "{detector}"], 2, "--detector is for scenes"),
        (["hub", "--model", "{two}"], 1, "has label 42, which the model lacks: it has the class "),
        (["signs", "--model", "{two}"], 1, "it should hold one of: "),
        (["signs", "--mistakes", "notes.txt"], 1, "notes.txt is a file: name a folder"),
        (["signs", "--mistakes", "notes.txt/a"], 1, "cannot write notes.txt/a: "),
        (["signs", "--mistakes", "/proc/x"], 1, "cannot write /proc/x: "),
        (["signs", "--mistakes", "signs"], 1, "signs lies in the source: name another folder"),
        (["signs", "--mistakes", "signs/new"], 1, "signs/new lies in the source"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_is_refused(args: list[str], code: int, said: str, run: Run) -> None:
    Path("empty").mkdir()
    Path("notes.txt").write_text("a shopping list")
    Path("unreadable/14").mkdir(parents=True)
    Path("unreadable/14/a.png").touch()
    make_folder(Path("hub"))
    before = sorted(Path().rglob("*"))
    result = run(*args)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert code == 2 or result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert sorted(Path().rglob("*")) == before


def test_each_package_that_it_needs_is_named() -> None:
    """Those of the pipeline that a small installation lacks."""
    files = closure(ROOT / "signs/cli/evaluate.py")
    needed = imported(files) - declared(BASE) - {"pillow-heif"}
    assert needed == {name.lower() for name in PACKAGES.values()}


@pytest.mark.parametrize("module", ["pandas", "sklearn", "faster_coco_eval"])
def test_a_missing_package_is_one_line(module: str, models: dict[str, Path]) -> None:
    code = (
        f"import sys; sys.modules[{module!r}] = None; sys.argv[0] = 'signs'\n"
        "from signs.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "evaluate", "x/y", "--model", models["model"]],
        cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ,
    )  # fmt: skip
    assert done.returncode == 1
    said = f"error: evaluating needs the package {PACKAGES[module]}: install it, as with"
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


def test_scenes_are_not_taken_for_crops(run: Run) -> None:
    """Pictures without labels."""
    Path("roads").mkdir()
    road((80, 100)).save("roads/a.png")
    result = run("roads")
    assert result.exit_code == 1
    assert "roads has no known layout: it holds 1 file (1 .png)" in result.stderr
