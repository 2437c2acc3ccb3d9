"""A progress bar for commands that go through many files."""

import sys
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


def with_progress(results: Iterator[T], total: int, doing: str) -> Iterator[T]:
    """Pass results on; on a terminal, show on stderr how many of them have come."""
    if not sys.stderr.isatty():
        return results
    from rich.console import Console
    from rich.progress import track

    screen = Console(stderr=True)
    return iter(track(results, doing, total, console=screen, transient=True))
