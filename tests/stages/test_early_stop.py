"""Ctrl-C while a stage still imports its libraries."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("raised", "code", "lines"),
    [
        (
            "KeyboardInterrupt",
            130,
            ["error: stopped; nothing is half-written, run the same command again"],
        ),
        ("ImportError('torch')", 1, ["Traceback (most recent call last):", "ImportError: torch"]),
    ],
)
def test_a_stop_is_a_line_and_a_mistake_a_traceback(
    raised: str, code: int, lines: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import stages.paths\nraise {raised}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    said = done.stderr.splitlines()
    assert [said[0], said[-1]] == [lines[0], lines[-1]]
