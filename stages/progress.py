"""What both trainings share: what a person sees, and going on after a stop."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from dvclive.live import Live
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from signs.errors import SignsError
from signs.training.resume import StateFile

T = TypeVar("T")
Report = Any  # of an epoch: what the `fit` of a training gives


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


def train_or_go_on(
    state_file: StateFile,
    curves: Path,
    logged: Sequence[str],
    described: Callable[[Report], tuple[str, ...]],
    fit: Callable[..., T],
) -> T:
    """Fit, from the state that a stopped run left if there is one, and log each epoch.

    Args:
        state_file: where the state is kept.
        curves: the folder of learning curves.
        logged: what of a report goes there.
        described: a report in words, as `TrainingDisplay.epoch` takes them.
        fit: takes on_step, on_epoch, state and on_state, in this order.

    Raises:
        SignsError: the training was stopped, and how to go on.
    """
    state = state_file.load()
    if state is not None:
        done = len(state["reports"])
        print(f"the same run (data, params, code) was stopped: it goes on after epoch {done}")
    live = Live(str(curves), dvcyaml=None, save_dvc_exp=False)
    with live, TrainingDisplay() as display:

        def on_epoch(report: Report) -> None:
            display.epoch(*described(report))
            for name in logged:
                live.log_metric(name, getattr(report, name))
            live.next_step()

        try:
            return fit(display.step, on_epoch, state, state_file.save)
        except KeyboardInterrupt:
            kept = state_file.load()
            raise SignsError(stopped_after(len(kept["reports"]) if kept else 0)) from None
