import shutil
from pathlib import Path

import pytest

from signs.training.fingerprint import fingerprint
from stages.declared import code_of
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


def of_training(root: Path, stage: str) -> str:
    return fingerprint(code_of(stage, root), {})


@pytest.mark.parametrize(
    ("changed", "runs"),
    [
        ("signs/networks/signnet.py", {"train"}),
        ("signs/training/augment.py", {"train"}),
        ("signs/catalog/label_space.py", {"train", "train_detector"}),
        ("signs/records/packed.py", {"train", "train_detector"}),
        ("stages/train.py", {"train"}),
        ("signs/networks/detector.py", {"train_detector"}),
        ("signs/training/detection/crops.py", {"train_detector"}),
        ("signs/training/ema.py", {"train", "train_detector"}),
        ("stages/progress.py", set()),
        ("signs/export/graph.py", set()),
        ("signs/evaluation/plots.py", set()),
        ("signs/records/answers.py", set()),
    ],
)
def test_a_comment_makes_another_run_where_the_code_decides_the_weights(
    changed: str, runs: set[str], copy: Path
) -> None:
    stages = ("train", "train_detector")
    before = {stage: of_training(copy, stage) for stage in stages}
    with (copy / changed).open("a") as stream:
        stream.write("# a comment\n")
    assert {stage for stage in stages if of_training(copy, stage) != before[stage]} == runs
