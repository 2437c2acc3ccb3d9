"""What a person sees while a network trains."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class TrainingDisplay:
    """A progress bar with the time left, and a line for each epoch that stays on the screen.

    If the output is not a terminal, only the lines are printed.
    """

    def __init__(self) -> None:
        self._console = Console()
        self._progress = Progress(
            TextColumn("step"),
            MofNCompleteColumn(),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("loss {task.fields[loss]:.3f}  {task.fields[validation]}"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("train", total=None, loss=0.0, validation="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def step(self, done: int, total: int, loss: float) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=done, total=total, loss=loss)

    def epoch(self, title: str, validation: str, note: str = "") -> None:
        """Print an epoch's line and show its validation beside the bar."""
        self._progress.update(self._task, validation=validation)
        self._console.print(f"{title}  {validation}{note}", highlight=False, soft_wrap=True)


def stopped_after(epochs: int) -> str:
    """What to say of a training that is stopped when the state of so many epochs is kept."""
    if epochs == 0:
        return "stopped in the first epoch: nothing of it is kept; the same command starts over"
    return f"stopped; the same command goes on after epoch {epochs}"
