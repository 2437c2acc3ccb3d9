"""Which model file `signs predict` opens, from wherever it is called."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from signs.cli import main

PROJECT = "a project"
HINT = "run `uv run dvc repro` in the project's root"


@pytest.fixture
def place(tmp_path: Path, model_file: Path) -> Path:
    """A folder with a project that has a model, one that has none yet, and no project."""
    for project in (PROJECT, "untrained"):
        (tmp_path / project / "a" / "b").mkdir(parents=True)
        (tmp_path / project / "dvc.yaml").touch()
    (tmp_path / PROJECT / "models").mkdir()
    shutil.copy(model_file, tmp_path / PROJECT / "models/model.onnx")
    (tmp_path / "elsewhere").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("folder", "options", "said"),
    [
        (PROJECT, [], None),
        (f"{PROJECT}/a", [], None),
        (f"{PROJECT}/a/b", [], None),
        (f"{PROJECT}/a", ["--model", "../models/model.onnx"], None),
        (f"{PROJECT}/a", ["--model", "models/model.onnx"], f"models/model.onnx not found: {HINT}"),
        (f"{PROJECT}/a", ["--model", "other.onnx"], f"other.onnx not found: {HINT}"),
        ("untrained/a", [], f"{{place}}/untrained/models/model.onnx not found: {HINT}"),
        ("elsewhere", [], f"models/model.onnx not found: {HINT}"),
    ],
)
def test_a_sub_folder_uses_its_projects_model(
    folder: str,
    options: list[str],
    said: str | None,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(place / folder)
    Image.new("RGB", (40, 40)).save("photo.png")
    done = CliRunner().invoke(main, ["predict", "photo.png", *options])
    if said is None:
        assert done.exit_code == 0, done.output
    else:
        assert done.exit_code == 1
        assert done.stderr.startswith(f"error: {said.format(place=place)}")
