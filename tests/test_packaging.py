"""What is installed: the wheel by itself, the declared requirements, the files of a checkout."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from tests.conftest import ROOT
from tests.test_floors import closure

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BASE = PROJECT["project"]["dependencies"]
SERVE = PROJECT["project"]["optional-dependencies"]["serve"]
HEIC = PROJECT["project"]["optional-dependencies"]["heic"]
VIDEO = PROJECT["project"]["optional-dependencies"]["video"]
GROUPS = PROJECT["dependency-groups"]


def normalized(distribution: str) -> str:
    """The name of a distribution as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def declared(requirements: list[str]) -> set[str]:
    """The names of the distributions that requirements such as `numpy>=2` ask for."""
    return {normalized(re.split(r"[^\w.-]", line)[0]) for line in requirements}


def imported(paths: set[Path]) -> set[str]:
    """The installed distributions that modules import, wherever the import stands."""
    names: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    found = packages_distributions()
    return {normalized(name) for module in names for name in found.get(module, [])}


# deptry holds imports against all declarations together; this, against those of one part.
@pytest.mark.parametrize(
    ("modules", "requirements"),
    [
        ("service.py", BASE + SERVE + HEIC),
        ("ui/*.py", GROUPS["ui"]),  # its container has neither the base nor the other groups
        ("stages/*.py", BASE + GROUPS["pipeline"] + HEIC + VIDEO),
        ("signs/**/*.py", BASE + SERVE + GROUPS["pipeline"] + HEIC + VIDEO),
    ],
)
def test_each_part_declares_what_it_imports(modules: str, requirements: list[str]) -> None:
    files = set(ROOT.glob(modules))
    assert files
    needed = imported(files | {other for file in files for other in closure(file)})
    assert needed - declared(requirements) == set()


def run_uv(*arguments: str | Path) -> None:
    """Run uv on what it has cached; where that is not enough, with the network."""
    for network in ("--offline", "--no-progress"):
        done = subprocess.run(["uv", *arguments, network], cwd=ROOT, capture_output=True, text=True)
        if done.returncode == 0:
            return
    pytest.fail(done.stderr)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run_uv("build", "--quiet", "--wheel", "--out-dir", folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def signs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of the wheel, installed into an environment with nothing else."""
    environment = tmp_path_factory.mktemp("environment")
    run_uv("venv", "--quiet", "--clear", "--python", sys.executable, environment)
    run_uv("pip", "install", "--quiet", "--python", environment, wheel)
    return environment / ("Scripts" if os.name == "nt" else "bin") / "signs"


def test_the_wheel_holds_the_library_and_its_data(wheel: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "signs"], cwd=ROOT, check=True, capture_output=True)
    with ZipFile(wheel) as archive:
        files = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert files == set(listed.stdout.decode().splitlines())
    assert "signs/catalog/gtsrb.csv" in files


@pytest.mark.slow
def test_the_wheel_alone_predicts(signs: Path, model_file: Path, tmp_path: Path) -> None:
    """In an environment that lacks the extra and the groups."""
    Image.new("RGB", (60, 60), (200, 30, 30)).save(tmp_path / "photo.png")

    def ask(*arguments: str | Path) -> str:
        done = subprocess.run(
            [signs, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return done.stdout

    assert "predict" in ask("--help")
    assert "Stop" in ask("classes")
    (answer,) = json.loads(ask("predict", "photo.png", "--model", model_file, "--json"))
    assert answer["image"] == "photo.png"
    assert answer["guesses"]


def test_a_checkout_has_the_same_bytes_on_every_platform() -> None:
    """On Windows, git would otherwise write CRLF, which changes what DVC hashes."""
    done = subprocess.run(
        ["git", "ls-files", "--eol"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    lines = [line.partition("\t") for line in done.stdout.splitlines()]
    assert lines
    for fields, _, name in lines:
        index, worktree, attributes = fields.split(maxsplit=2)
        if index == "i/-text":
            assert attributes.strip() == "attr/-text", f"{name} is binary: say so in .gitattributes"
        else:
            assert {index, worktree} <= {"i/lf", "w/lf", "i/none", "w/none"}, name
            assert attributes.strip() == "attr/text=auto eol=lf", name
