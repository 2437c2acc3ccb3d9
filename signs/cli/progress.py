"""A progress bar for commands that go through many files."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # imported where it is used, so that commands start without it
    from rich.console import Console

T = TypeVar("T")


def with_progress(results: Iterator[T], total: int | None, doing: str) -> Iterator[T]:
    """Pass results on; on a terminal, show on stderr how many of them have come.

    Args:
        total: how many will come; None where only the source knows, once all have come.
        doing: what is done, in a word.
    """
    if not sys.stderr.isatty():
        return results
    from rich.console import Console
    from rich.progress import track

    screen = Console(stderr=True)
    if total is None:
        return _counted(results, doing, screen)
    return iter(track(results, doing, total, console=screen, transient=True))


def _counted(results: Iterator[T], doing: str, screen: "Console") -> Iterator[T]:
    """A bar without an end says how many have come, and since when."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    count = TextColumn("{task.completed:,.0f}")
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as progress:
        yield from progress.track(results, description=doing)
