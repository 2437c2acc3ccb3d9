"""From the bytes of uploads to answers, without holding up the event loop."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

import anyio
import anyio.to_thread
import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.inference.explain import draw_explanation, explain
from signs.inference.preprocess import DRAFT_FACTOR, PLAIN, ImageError, decode, open_image, squash
from signs.inference.preprocess import FORMATS as ALL_FORMATS
from signs.inference.recognizer import Recognizer
from signs.serving.drift_window import Window
from signs.serving.refusals import BAD_TOP_K, OVERLOADED, ErrorBody, Refusal, refuse_image
from signs.serving.responses import BatchPrediction, Prediction, predictions
from signs.serving.settings import Settings
from signs.serving.telemetry import Telemetry

# Up to so many bytes and pixels an image is decoded in the event loop: that takes a few
# milliseconds, for a file made to take long a tenth of a second, and a hop to a thread and back
# costs a small image more than its decoding.
INLINE_BYTES = 65_536
INLINE_PIXELS = 500_000
# Batches and large images that a worker has taken on, and pixels of one batch as a multiple of one
# image's limit: together they bound how long a request takes, to less than a minute.
MAX_JOBS = 32
BATCH_PIXELS = 4
JPEG_SHARE = 8  # a pixel of a JPEG that is decoded small costs so many times less
PART = 16  # images of a batch that are decoded, and then in the model, at once
FORMATS = tuple(name for name in ALL_FORMATS if name != "TIFF")  # libtiff writes to the log

Square = npt.NDArray[np.uint8]


class Budget:
    """The pixels that may still be decoded for one batch."""

    def __init__(self, pixels: int) -> None:
        self._left = pixels

    def spend(self, opened: Image.Image) -> None:
        """Take off what an image costs.

        Raises:
            ImageError: not so much is left.
        """
        pixels = opened.width * opened.height
        self._left -= pixels // JPEG_SHARE if opened.format == "JPEG" else pixels
        if self._left < 0:
            raise ImageError("the batch has too many pixels: send fewer images at once")


class UploadHandler:
    """Answers for uploads.

    Args:
        recognizer: the model, for one image at a time.
        batch_recognizer: the same, for batches.
        settings: its limits on images are kept.
        telemetry: that are told of each image.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        batch_recognizer: Recognizer,
        settings: Settings,
        telemetry: Telemetry,
    ) -> None:
        self._recognizer = recognizer
        self._batch_recognizer = batch_recognizer
        self._settings = settings
        self._telemetry = telemetry
        self._window = Window(recognizer.info.reference)
        # One thread for each: decoding needs memory, and the model has threads of its own. While
        # one decodes, the other runs the model on what came before.
        self._decoder = anyio.CapacityLimiter(1)
        self._runner = anyio.CapacityLimiter(1)
        self._jobs = 0
        size = recognizer.image_size
        # The first call is slow, and so is Pillow's first look at an unknown format.
        for model in (recognizer, batch_recognizer):
            model.answer(np.zeros((1, size, size, 3), np.uint8))
        Image.init()

    async def recognize(self, data: bytes, top_k: int) -> Prediction:
        """Answer for one encoded image.

        Raises:
            Refusal: `top_k` is out of range, the image cannot be used, or too many others wait.
        """
        self._check(top_k)
        try:
            if len(data) > INLINE_BYTES or data.startswith(PLAIN):
                image, seconds = await self._decode_aside(lambda: self._square(_open(data)))
            else:
                opened = _open(data)
                if opened.width * opened.height > INLINE_PIXELS:
                    image, seconds = await self._decode_aside(lambda: self._square(opened))
                else:
                    image, seconds = self._square(opened)
        except ImageError as error:
            raise refuse_image(error) from None
        return self._answer(self._recognizer, [image], [seconds], top_k)[0]

    async def recognize_all(self, files: Sequence[bytes], top_k: int) -> BatchPrediction:
        """Answer for encoded images, and say of each bad one what is wrong with it.

        Raises:
            Refusal: `top_k` is out of range, or too many others wait.
        """
        self._check(top_k)
        budget = Budget(BATCH_PIXELS * self._settings.max_pixels)
        parts = [files[start : start + PART] for start in range(0, len(files), PART)]
        with self._job():
            answers = await asyncio.gather(*(self._part(part, budget, top_k) for part in parts))
        return BatchPrediction(results=[answer for part in answers for answer in part])

    async def explain(self, data: bytes) -> bytes:
        """Show where in an encoded image the answer for it comes from: a PNG file.

        Raises:
            Refusal: the image cannot be used, or too many others wait.
        """

        def read() -> Image.Image:
            draft = DRAFT_FACTOR * self._recognizer.image_size
            return decode(_open(data), draft, self._settings.max_pixels)

        def draw(image: Image.Image) -> bytes:
            stream = BytesIO()
            draw_explanation(explain(self._batch_recognizer, image)).save(stream, "PNG")
            return stream.getvalue()

        try:
            # The model's turn comes first, so that of many explanations one picture is held.
            with self._job():
                async with self._runner:
                    image = await anyio.to_thread.run_sync(read, limiter=self._decoder)
                    return await anyio.to_thread.run_sync(draw, image)
        except ImageError as error:
            raise refuse_image(error) from None

    async def _part(
        self, files: Sequence[bytes], budget: Budget, top_k: int
    ) -> list[Prediction | ErrorBody]:
        """Some images of a batch: while their part is in the model, the next one is decoded."""
        images: list[Square] = []
        times: list[float] = []
        bad: dict[int, ErrorBody] = {}

        def decode_all() -> None:
            for place, data in enumerate(files):
                try:
                    opened = _open(data)
                    budget.spend(opened)
                    image, seconds = self._square(opened)
                except ImageError as error:
                    bad[place] = refuse_image(error).body
                else:
                    images.append(image)
                    times.append(seconds)

        await anyio.to_thread.run_sync(decode_all, limiter=self._decoder)
        answers = await anyio.to_thread.run_sync(
            lambda: iter(self._answer(self._batch_recognizer, images, times, top_k)),
            limiter=self._runner,
        )
        return [bad.get(place) or next(answers) for place in range(len(files))]

    async def _decode_aside(self, work: Callable[[], tuple[Square, float]]) -> tuple[Square, float]:
        with self._job():
            return await anyio.to_thread.run_sync(work, limiter=self._decoder)

    @contextmanager
    def _job(self) -> Iterator[None]:
        """Take a place among those that need the threads."""
        if self._jobs >= MAX_JOBS:
            raise Refusal(OVERLOADED, "too much work at once: try again in a second")
        self._jobs += 1
        try:
            yield
        finally:
            self._jobs -= 1

    def _square(self, opened: Image.Image) -> tuple[Square, float]:
        """The model's input of one image, and the seconds that it took."""
        begin = time.perf_counter()
        size = self._recognizer.image_size
        image = squash(decode(opened, DRAFT_FACTOR * size, self._settings.max_pixels), size)
        seconds = time.perf_counter() - begin
        self._telemetry.decode.observe(seconds)
        return image, seconds

    def _answer(
        self, model: Recognizer, images: Sequence[Square], times: Sequence[float], top_k: int
    ) -> list[Prediction]:
        if not images:
            return []
        begin = time.perf_counter()
        answers = model.answer(images)
        seconds = time.perf_counter() - begin
        self._telemetry.inference.observe(seconds)
        for confidence, known in zip(answers.confidence, answers.known, strict=True):
            self._telemetry.confidence.observe(confidence)
            self._telemetry.known.observe(known)
        self._window.add(answers)
        return predictions(answers, model.info, top_k, times, seconds)

    def _check(self, top_k: int) -> None:
        classes = len(self._recognizer.info.label_space)
        if top_k > classes:
            raise Refusal(BAD_TOP_K, f"top_k is {top_k}: the model knows {classes} classes")


def _open(data: bytes) -> Image.Image:
    return open_image(data, FORMATS)
