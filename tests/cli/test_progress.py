"""Progress bars: on a terminal alone, and never in what other programs read."""

import sys
from io import StringIO

import pytest

from signs.cli.progress import with_progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "total", "shown"),
    [(True, 3, ["reading", "100%"]), (True, None, ["reading", " 3 "]), (False, 3, []),
     (False, None, [])],
)  # fmt: skip
def test_progress(
    terminal: bool,
    total: int | None,
    shown: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stream = Terminal() if terminal else StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    assert list(with_progress(iter("abc"), total, "reading")) == ["a", "b", "c"]
    assert all(words in stream.getvalue() for words in shown)
    assert bool(stream.getvalue()) == terminal
    assert capsys.readouterr().out == ""
