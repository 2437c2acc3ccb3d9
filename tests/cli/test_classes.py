"""`signs classes`."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import onnx
import pytest
from click.testing import CliRunner

from signs.catalog.gtsrb import GTSRB
from signs.catalog.label_space import LabelSpace
from signs.catalog.label_spaces import BUILT_IN, open_label_space
from signs.cli import main
from signs.export.onnx_file import save_onnx
from signs.inference.model_info import ModelInfo
from tests.conftest import ROOT


def classes(*args: object) -> str:
    result = CliRunner().invoke(main, ["classes", *[str(arg) for arg in args]])
    assert result.exit_code == 0, result.output
    return result.stdout


TWO = LabelSpace(
    names=("Toad [migration]", "Stop, and wait"),
    german=("Krötenwanderung", "Halt"),
    numbers=("101-14", "206"),
    categories=("danger", "other"),
    shapes=("triangle up", "octagon"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A label space of two signs."""
    lines = (
        "name,german,number,category,shape",
        "Toad [migration],Krötenwanderung,101-14,danger,triangle up",
        '"Stop, and wait",Halt,206,other,octagon',
    )
    (tmp_path / "signs.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_every_sign_of_the_built_in_label_space_is_a_line() -> None:
    lines = classes().splitlines()
    for class_id, (name, german) in enumerate(zip(GTSRB.names, GTSRB.german, strict=True)):
        cells = [[cell.strip() for cell in line.split("│")] for line in lines]
        assert any(row[1:4] == [str(class_id), name, german] for row in cells), name


def test_a_folder_is_listed_in_its_own_words(folder: Path) -> None:
    listed = classes("--signs", folder)
    assert "Toad [migration]" in listed  # brackets are markup to rich
    assert "Krötenwanderung" in listed
    assert "Wild animals" not in listed


def test_the_table_is_the_file_that_it_was_read_from(folder: Path) -> None:
    assert classes("--csv").encode() == (BUILT_IN / "gtsrb.csv").read_bytes()
    assert classes("--csv", "--signs", folder).encode() == (folder / "signs.csv").read_bytes()


def test_a_label_space_starts_from_the_table(tmp_path: Path) -> None:
    first_three = classes("--csv").splitlines()[:4]
    (tmp_path / "signs.csv").write_text("\n".join(first_three), encoding="utf-8")
    assert open_label_space(str(tmp_path)).names == GTSRB.names[:3]


def test_a_model_file_lists_its_own_signs(
    folder: Path, model_file: Path, model_info: ModelInfo
) -> None:
    path = folder / "model.onnx"
    save_onnx(onnx.load(model_file), replace(model_info, label_space=TWO), path)
    assert classes("--model", path, "--csv").encode() == (folder / "signs.csv").read_bytes()
    assert open_label_space(str(folder)) == TWO


def test_it_starts_without_the_model_runtime() -> None:
    code = (
        "import sys; from signs.cli import main; main(['classes'], standalone_mode=False); "
        "assert not {'numpy', 'onnxruntime', 'PIL'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)
