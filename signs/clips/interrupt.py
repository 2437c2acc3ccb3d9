"""How the reading of a clip is ended before its time."""

from dataclasses import dataclass, field
from typing import Protocol


class Stopping(Protocol):
    """What can be stopped."""

    def stop(self) -> None:
        """Stop it."""


@dataclass
class Interrupt:
    """Whether the reading was to end before its time.

    Attributes:
        asked: whether it was.
        running: what it stops.
    """

    asked: bool = False
    running: list[Stopping] = field(default_factory=list)

    def stop(self) -> None:
        """End the reading; any thread may ask for it."""
        self.asked = True
        for each in list(self.running):
            each.stop()
