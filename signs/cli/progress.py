"""A progress bar for commands that go through many files."""

import sys
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


def with_progress(results: Iterator[T], total: int | None, doing: str) -> Iterator[T]:
    """Pass results on; on a terminal, show on stderr how many of them have come.

    Args:
        total: how many will come, where that is known.
        doing: what is done, in a word.
    """
    if not sys.stderr.isatty():
        return results
    from rich.console import Console
    from rich.progress import track

    screen = Console(stderr=True)
    return iter(track(results, doing, total, console=screen, transient=True))
