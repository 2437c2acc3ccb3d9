"""The graph in dvc.yaml is as fine as the code: a change reruns only what it can change."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.test_floors import closure

STAGES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
# Plumbing that cannot change a stage's result; every other module must be in a stage's deps.
PLUMBING = {
    "signs/__init__.py",
    "signs/errors.py",
    "signs/files.py",
    "signs/params.py",
    "stages/__init__.py",
    "stages/paths.py",
    "stages/progress.py",
}
# What modules read beside code.
FILES_OF = {
    "signs/art/negatives.py": "signs/art/negatives_svg",
    "signs/art/raster.py": "signs/art/svg",
    "signs/catalog/gtsrb.py": "signs/catalog/gtsrb.csv",
    "signs/evaluation/report.py": "signs/evaluation/templates",
}


def code_of(stage: str) -> set[str]:
    """All files of code, and those that it reads, that a stage's result depends on."""
    script = ROOT / "stages" / f"{stage}.py"
    modules = {f.relative_to(ROOT).as_posix() for f in closure(script) | {script}} - PLUMBING
    modules = {m for m in modules if not is_docstring_alone(ROOT / m)}
    return modules | {FILES_OF[m] for m in modules if m in FILES_OF}


def is_docstring_alone(path: Path) -> bool:
    return len(ast.parse(path.read_text(encoding="utf-8")).body) <= 1


def folded(files: set[str]) -> set[str]:
    """The same with a folder in the place of its files, where all of them are there."""

    def members(folder: Path) -> Iterator[str]:
        for path in sorted(folder.iterdir()):
            if path.suffix == ".py" and not is_docstring_alone(path):
                yield path.relative_to(ROOT).as_posix()
            elif (path.is_dir() and path.name != "__pycache__") or path.suffix == ".csv":
                yield path.relative_to(ROOT).as_posix()

    for folder in sorted({str(Path(f).parent) for f in files if f.startswith("signs/")}):
        inside = set(members(ROOT / folder))
        if folder.count("/") == 1 and inside <= files:
            files = (files - inside) | {folder}
    return files


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_depends_on_the_code_it_runs(stage: str) -> None:
    declared = {d for d in STAGES[stage]["deps"] if d.startswith(("signs/", "stages/"))}
    assert declared == folded(code_of(stage))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_reads_the_params_that_dvc_knows(stage: str) -> None:
    tree = ast.parse((ROOT / "stages" / f"{stage}.py").read_text())
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load_params"
    ]
    assert len(calls) == 1
    read = [ast.literal_eval(argument) for argument in calls[0].args]
    assert read == STAGES[stage]["params"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_a_plain_command(stage: str) -> None:
    assert STAGES[stage]["cmd"] == f"python -m stages.{stage}"
