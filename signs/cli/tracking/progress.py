"""A progress bar for each clip."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from signs.cli.tracking.table import clock
from signs.errors import printable


@contextmanager
def clip_progress(name: str, seconds: float | None) -> Iterator[Callable[[float], None]]:
    """On a terminal, show on stderr how much of a clip is read, and the time left.

    Args:
        name: of the clip.
        seconds: of the clip; None where only its end tells.

    Yields:
        What is told the seconds that are read.
    """
    if not sys.stderr.isatty():
        yield lambda time_s: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.progress import TimeRemainingColumn as Remaining

    left = TimeElapsedColumn() if seconds is None else Remaining(compact=True)
    end = "" if seconds is None else f" of {clock(seconds)}"
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[at]}"), left)
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(escape(printable(name)), total=seconds, at=f"0:00{end}")
        yield lambda time_s: progress.update(task, completed=time_s, at=f"{clock(time_s)}{end}")
