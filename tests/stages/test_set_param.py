"""The path behind `-S` arrives as it was meant: what the docs show, read by a shell and by DVC."""

import itertools
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from dvc.exceptions import InvalidArgumentError
from dvc.utils.hydra import apply_overrides

from signs.params import load_params
from tests.conftest import ROOT

COMMANDS = [
    line
    for name in ("docs/how-to/experiments.md", "README.md")
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    if re.match(r"uv run dvc exp run .*-S [\"']data\.source=", line)
]
MEANT = [
    "/daten/Größe (1)/gtsrb",
    "/home/jürgen/gtsrb",
    "/daten/a=b, [c] {d} #e",
    "/daten/o'neill",
    "/daten/2024",
    "/path/to/photos",
]
PATHS = [
    "/daten/Größe (1)/gtsrb", "~/gtsrb", "/a=b", "/a,b", "/a[1]", "/a{1}", "/a b", "/a #b",
    "/a: b", "[x]/y", "{x}", "C:\\x", "@x", "*x", "!x", "%x", "`x`", '/a"b', "/a$b", " /a ",
    "2024", "2024-01-01", "12:30", "016", "0x10", "1e5", "yes", "on", "true", "null", "~",
]  # fmt: skip


def values(command: str) -> list[str]:
    """What a shell hands to DVC after each `-S`."""
    printed = subprocess.run(
        ["bash", "-c", f'uv() {{ printf "%s\\0" "$@"; }}\n{command}'],
        env={"HOME": "/home/jürgen", "PATH": "/usr/bin:/bin", "LANG": "C"},
        check=True,
        capture_output=True,
    ).stdout.decode()
    words = printed.split("\0")
    return [after for word, after in itertools.pairwise(words) if word == "-S"]


def set_param(folder: Path, values: list[str]) -> str:
    path = Path(shutil.copy(ROOT / "params.yaml", folder))
    apply_overrides(path, values)
    return load_params("data.source", path=path).data.source


def test_what_the_docs_show(tmp_path: Path) -> None:
    assert [set_param(tmp_path, values(command)) for command in COMMANDS] == MEANT


@pytest.mark.parametrize("meant", PATHS)
def test_any_path_between_two_pairs_of_quotes(meant: str, tmp_path: Path) -> None:
    assert set_param(tmp_path, [f"data.source='{meant}'"]) == meant


@pytest.mark.parametrize("meant", ["/o'neill", "/a'b'c d"])
def test_an_apostrophe_after_a_backslash(meant: str, tmp_path: Path) -> None:
    escaped = meant.replace("'", r"\'")
    assert set_param(tmp_path, [f"data.source='{escaped}'"]) == meant
    assert set_param(tmp_path, [f'data.source="{meant}"']) == meant


def test_without_quotes_dvc_refuses(tmp_path: Path) -> None:
    """If DVC learns to take them, the docs can be shorter."""
    with pytest.raises(InvalidArgumentError):
        set_param(tmp_path, ["data.source=/daten/Größe (1)/gtsrb"])
