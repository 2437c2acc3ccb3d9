"""The house rules about who may import whom, read off the source."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted([ROOT / "service.py", *ROOT.glob("signs/**/*.py"), *ROOT.glob("stages/*.py")])


def module_file(name: str) -> Path | None:
    """The project's file behind a dotted module name, if it is one."""
    path = ROOT.joinpath(*name.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def imported_files(path: Path) -> set[Path]:
    """The project's modules that one of its modules imports, wherever the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {file for name in names if (file := module_file(name))}


def closure(path: Path) -> set[Path]:
    """All modules that come along with one, itself excluded."""
    seen: set[Path] = set()
    waiting = [path]
    while waiting:
        for file in imported_files(waiting.pop()):
            if file not in seen:
                seen.add(file)
                waiting.append(file)
    return seen


def room(path: Path) -> str:
    """What `dvc.yaml` calls the place of a module: its package's folder, or the file itself."""
    parts = path.relative_to(ROOT).parts
    return "/".join(parts[:2])


# From the ground up. `training` and `data` are on different floors, but must not meet: what passes
# between them is files of `records`.
FLOORS = (
    {
        "signs/catalog",
        "signs/errors.py",
        "signs/files.py",
        "signs/params.py",
        "signs/params_text.py",
        "signs/pictures",
        "signs/records",
        "signs/walk.py",
        "signs/csv_text.py",
    },
    {"signs/art", "signs/inference", "signs/media"},
    {"signs/networks", "signs/splitting", "signs/video"},
    {"signs/clips", "signs/data"},
    {"signs/evaluation", "signs/serving", "signs/training"},
    {"signs/export"},
    {"service.py", "signs/cli", "stages"},
)
SHARED_BY_STAGES = {"stages/declared.py", "stages/paths.py", "stages/progress.py"}
STRANGERS = {("signs/training", "signs/data")}


def floor(path: Path) -> int | None:
    """The floor that a module lies on; None for empty packages' files."""
    place = room(path)
    return next((i for i, f in enumerate(FLOORS) if {place, place.split("/")[0]} & f), None)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_arrows_only_run_down(path: Path) -> None:
    """A module imports from its own room, and from rooms on lower floors."""
    own = floor(path)
    assert own is not None or path.name == "__init__.py"
    for other in imported_files(path):
        below = floor(other)
        if own is None or below is None or room(other) == room(path):
            continue
        # The ground's rooms may use each other, and stages what they share.
        assert below < own or own == below == 0 or room(other) in SHARED_BY_STAGES, other
        assert (room(path), room(other)) not in STRANGERS


def test_the_page_knows_the_service_by_its_address_alone() -> None:
    """It draws boxes itself, in the size that it shows: that module needs no model."""
    shared = {ROOT / "signs/__init__.py", ROOT / "signs/inference/annotate.py"}
    for path in ROOT.glob("ui/**/*.py"):
        imported = imported_files(path) - shared
        outside = {room(f) for f in imported if not f.is_relative_to(ROOT / "ui")}
        assert outside <= {"signs/catalog", "signs/art", "signs/pictures", "signs/errors.py"}


def test_onnxruntime_reports_nothing() -> None:
    """onnxruntime's telemetry is off for whoever imports anything of ours."""
    code = "import os, signs.catalog.gtsrb; assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_torch_lives_in_three_rooms() -> None:
    allowed = {"signs/networks", "signs/training", "signs/export"}
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        if room(path) not in allowed:
            assert not re.search(r"^\s*(import|from) torch", text, re.MULTILINE), path


@pytest.mark.parametrize(
    "module",
    [
        "signs.inference.recognizer",
        "signs.inference.scene_reader",
        "signs.media.opening",
        "signs.video.follow",
        "signs.cli",
        "service",
    ],
)
def test_serving_needs_neither_torch_nor_the_pipeline(module: str, model_file: Path) -> None:
    code = (
        f"import sys, {module}\n"
        "heavy = {'torch', 'torchvision', 'datasets', 'dvc', 'pandas', 'onnx', 'matplotlib',"
        " 'sklearn', 'resvg_py', 'streamlit'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    environment = os.environ | {"SIGNS_MODEL": str(model_file)}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)


def test_modules_stay_small() -> None:
    others = [
        path for room in ("ui", "docs", "benchmarks") for path in ROOT.glob(f"{room}/**/*.py")
    ]
    for path in (*MODULES, *others):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 250, f"{path} has {lines} lines: it wants to be two rooms"


def test_benchmarks_stay_under_a_fifth_of_the_library() -> None:
    library, benchmarks = (
        sum(len(p.read_text(encoding="utf-8").splitlines()) for p in ROOT.glob(f"{place}/**/*.py"))
        for place in ("signs", "benchmarks")
    )
    assert benchmarks < library / 5


def test_a_class_has_a_name_of_its_own() -> None:
    found: dict[str, list[str]] = {}
    rooms = ("signs", "stages", "ui", "docs", "benchmarks")
    for path in (p for room in rooms for p in ROOT.glob(f"{room}/**/*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(path.relative_to(ROOT).as_posix())
    shared = {name: places for name, places in found.items() if len(places) > 1}
    assert not shared


def test_benchmarks_and_tests_do_not_meet() -> None:
    """A benchmark imports neither stages nor tests, and no test imports a benchmark."""
    for path in ROOT.glob("benchmarks/**/*.py"):
        assert not {f.relative_to(ROOT).parts[0] for f in imported_files(path)} & {
            "stages",
            "tests",
        }
    for path in ROOT.glob("tests/**/*.py"):
        assert "benchmarks" not in {f.relative_to(ROOT).parts[0] for f in imported_files(path)}
