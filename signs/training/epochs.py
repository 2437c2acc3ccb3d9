"""Epoch after epoch, from the beginning or from where a run was stopped."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

Report = TypeVar("Report")
State = dict[str, Any]
OnStep = Callable[[int, int, float], None]


class EpochTrainer(Protocol[Report]):
    """A network in training, as it stands between two epochs.

    Attributes:
        reports: of the epochs done.
    """

    reports: list[Report]

    def epoch(self, on_step: OnStep) -> Report:
        """Go once through the training data and validate."""

    def state(self) -> State:
        """All that decides what comes next."""

    def restore(self, state: State) -> None:
        """Go back to a `state`."""


def run_epochs(
    trainer: EpochTrainer[Report],
    epochs: int,
    on_step: OnStep,
    on_epoch: Callable[[Report], None],
    state: State | None,
    on_state: Callable[[State], None],
) -> None:
    """Train until so many epochs are done.

    Args:
        trainer: at its beginning.
        on_step: called after each step with steps done, steps in all, and the running loss.
        on_epoch: called after each epoch, and first for those that `state` holds.
        state: of a run with the same arguments, to go on from.
        on_state: called after each epoch with the state to go on from.
    """
    if state is not None:
        trainer.restore(state)
        for report in trainer.reports:
            on_epoch(report)
    while len(trainer.reports) < epochs:
        report = trainer.epoch(on_step)
        on_state(trainer.state())
        on_epoch(report)
