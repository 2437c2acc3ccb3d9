"""Nothing needs Linux: what macOS and WSL have in another way, as far as Linux can tell."""

import ast
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
import yaml
from PIL import Image

from tests.conftest import ROOT

CODE = [
    ROOT / "service.py",
    *(p for d in ("signs", "stages", "ui") for p in ROOT.glob(f"{d}/**/*.py")),
]
# Of `os`, what macOS lacks.
LINUX_ONLY = {
    "copy_file_range", "eventfd", "getrandom", "memfd_create", "pidfd_open", "posix_fadvise",
    "posix_fallocate", "sched_getaffinity", "sched_setaffinity", "splice", "unshare", "O_DIRECT",
    "O_TMPFILE",
}  # fmt: skip
PLACES = re.compile(r"^/(proc|sys|dev/shm|etc|run|var)\b")
# Takes away from a Python what macOS lacks.
LIKE_MACOS = f"""
import multiprocessing, os
for name in {sorted(LINUX_ONLY)!r}:
    if hasattr(os, name):
        delattr(os, name)
multiprocessing.set_start_method("spawn")
"""


def mistakes(path: Path) -> Iterator[str]:
    """Uses of Linux in a module, apart from what it asks for with `hasattr` first."""
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os":
            if node.attr == "fork" or (
                node.attr in LINUX_ONLY and f'hasattr(os, "{node.attr}")' not in text
            ):
                yield f"{path}:{node.lineno}: os.{node.attr}"
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and (PLACES.match(node.value) or node.value in ("fork", "forkserver"))
        ):
            yield f"{path}:{node.lineno}: {node.value!r}"


def test_no_module_needs_linux() -> None:
    assert [mistake for path in CODE for mistake in mistakes(path)] == []


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.sched_getaffinity(0)",
        "open('/proc/meminfo')",
        "import os\nos.fork()",
        "multiprocessing.get_context('fork')",
    ],
)
def test_what_needs_linux_is_found(text: str, tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(text)
    assert len(list(mistakes(path))) == 1


def test_names_of_files_are_the_same_on_each_file_system() -> None:
    """Neither a difference in case alone, nor umlauts, which HFS+ takes apart."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    names = listed.stdout.split("\0")
    assert len({name.casefold() for name in names}) == len(names)
    assert all(name.isascii() for name in names)
    assert not [name for name in names if re.search(r'[:*?"<>|\\]', name)]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_command_line_like_on_macos(
    form: Literal["NFC", "NFD"], tmp_path: Path, model_file: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(LIKE_MACOS)
    folder = tmp_path / unicodedata.normalize(form, "Größe")
    folder.mkdir()
    photo = folder / unicodedata.normalize(form, "Straße für Öl.png")
    Image.new("RGB", (40, 40), "red").save(photo)
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    csv = tmp_path / "answers.csv"
    code = (
        "import os; assert not hasattr(os, 'sched_getaffinity'); import signs.serving.settings; "
        "assert signs.serving.settings.available_cores() > 0; import signs.cli; signs.cli.main()"
    )
    words = ["predict", str(folder), "--model", str(model_file), "--csv", str(csv)]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(photo) in csv.read_text(encoding="utf-8")


def test_ci_runs_the_fast_tests_on_macos() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yaml").read_text())["jobs"]
    assert jobs["macos"]["runs-on"] == "macos-latest"
    assert 'pytest -m "not slow"' in jobs["macos"]["steps"][-1]["run"]


@pytest.mark.parametrize("name", ["README.md", "docs/index.md", "docs/explanation/limits.md"])
def test_texts_say_the_same_of_platforms(name: str) -> None:
    words = " ".join((ROOT / name).read_text(encoding="utf-8").split())
    assert "For macOS, CI runs the fast tests alone. On Windows, use WSL ([machines](" in words
    assert "not tested" not in words
