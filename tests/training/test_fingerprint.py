import shutil
from pathlib import Path

import pytest
import yaml

from signs.training.fingerprint import fingerprint
from stages.train import CODE
from tests.conftest import ROOT


def test_the_fingerprint_knows_data_params_and_code(tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "a.py").write_text("1")
    data = tmp_path / "data.npz"
    data.write_text("x")
    first = fingerprint([data, code], {"epochs": 1})
    assert first == fingerprint([data, code], {"epochs": 1})
    assert len(first) == 64
    assert first != fingerprint([data, code], {"epochs": 2})
    (code / "__pycache__").mkdir()
    (code / "__pycache__" / "a.pyc").write_text("1")
    assert first == fingerprint([data, code], {"epochs": 1})
    (code / "a.py").write_text("2")
    assert first != fingerprint([data, code], {"epochs": 1})
    (code / "a.py").write_text("1")
    data.write_text("y")
    assert first != fingerprint([data, code], {"epochs": 1})


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code of the project, to be changed."""
    for folder in ("signs", "stages"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def of_training(root: Path) -> str:
    return fingerprint([root / path for path in CODE], {})


@pytest.mark.parametrize(
    ("changed", "another"),
    [
        ("signs/networks/signnet.py", True),
        ("signs/training/augment.py", True),
        ("signs/catalog/label_space.py", True),
        ("signs/records/packed.py", True),
        ("stages/train.py", True),
        ("stages/progress.py", False),
        ("signs/export/graph.py", False),
        ("signs/evaluation/plots.py", False),
        ("signs/records/answers.py", False),
    ],
)
def test_a_comment_makes_another_run_where_the_code_decides_the_weights(
    changed: str, another: bool, copy: Path
) -> None:
    before = of_training(copy)
    with (copy / changed).open("a") as stream:
        stream.write("# a comment\n")
    assert (of_training(copy) != before) == another


def test_the_fingerprint_is_of_the_code_that_reruns_the_stage() -> None:
    """Else a checkpoint could not be made again from what DVC knows, to the last byte."""
    deps = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]["train"]["deps"]
    assert set(CODE) == {dep for dep in deps if not dep.startswith("data/")}
