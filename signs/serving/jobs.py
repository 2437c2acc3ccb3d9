"""What bounds the work of one worker: few large jobs, and one picture at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import anyio

from signs.inference.preprocess import ImageError
from signs.serving.refusals import OVERLOADED, Refusal

# These two together bound how long a request takes, to about a minute.
MAX_JOBS = 32  # large images, scenes and explanations that a worker accepts at once
BATCH_PIXELS = 2  # a batch counts as so many of them, and may have their pixels


class Jobs:
    """The threads of a worker, and how much may wait for them.

    One thread each: decoding needs memory, and the models have threads of their own. While one
    decodes a part of a batch, the other runs a model on the part before.

    Attributes:
        decoder: for the thread that decodes.
        runner: for the thread that runs a model.
    """

    def __init__(self) -> None:
        self.decoder = anyio.CapacityLimiter(1)
        self.runner = anyio.CapacityLimiter(1)
        self._count = 0

    @contextmanager
    def count(self, size: int = 1) -> Iterator[None]:
        """Count as one or more of the jobs that use the threads.

        Raises:
            Refusal: there are too many.
        """
        if self._count + size > MAX_JOBS:
            raise Refusal(OVERLOADED, "too much work at once: try again in a second")
        self._count += size
        try:
            yield
        finally:
            self._count -= size


class Budget:
    """The pixels that may still be decoded for one batch.

    Args:
        max_pixels: of one image.
    """

    def __init__(self, max_pixels: int) -> None:
        self._left = BATCH_PIXELS * max_pixels

    def spend(self, pixels: int) -> None:
        """Charge for an image.

        Raises:
            ImageError: less is left than the image costs.
        """
        self._left -= pixels
        if self._left < 0:
            raise ImageError("the batch has too many pixels: send fewer images at once")
