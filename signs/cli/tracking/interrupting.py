"""Ctrl-C while clips are read."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from signs.clips.interrupt import Interrupt


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Let Ctrl-C end the reading, so that what was read is kept; the second one stops at once."""
    interrupt = Interrupt()

    def ask(number: int, frame: FrameType | None) -> None:
        if interrupt.asked:
            raise KeyboardInterrupt
        interrupt.stop()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)
