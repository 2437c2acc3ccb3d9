"""From uploaded bytes to answers, without blocking the event loop."""

import asyncio
import time
from collections.abc import Sequence
from io import BytesIO

import anyio.to_thread
import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.inference.explain import draw_explanation, explain
from signs.inference.onnx_model import Task
from signs.inference.preprocess import DRAFT_FACTOR, ImageError, decode, squash
from signs.inference.recognizer import Recognizer
from signs.pictures.decoding import work
from signs.pictures.formats import OVER_HTTP
from signs.pictures.opening import PLAIN, open_image
from signs.serving.drift_window import Window
from signs.serving.jobs import BATCH_PIXELS, Budget, Jobs
from signs.serving.refusals import BAD_TOP_K, ErrorBody, Refusal, refuse_image
from signs.serving.responses import BatchPrediction, Prediction, predictions
from signs.serving.settings import Settings
from signs.serving.telemetry import Telemetry

# An image of at most this many bytes and pixels is decoded in the event loop. That takes a few
# milliseconds (a tenth of a second for a malicious file); a thread's detour costs a small image
# more than its decoding.
INLINE_BYTES = 65_536
INLINE_PIXELS = 500_000
TASK: Task = "recognize"  # under which its images are counted
PART = 16  # images of a batch that are decoded together, and then answered together

Square = npt.NDArray[np.uint8]


class UploadHandler:
    """Answers for uploads.

    Args:
        recognizer: the model, for one image at a time.
        batch_recognizer: the same with more threads, for batches and explanations.
        settings: for its limits on images.
        telemetry: counts each image.
        jobs: the worker's.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        batch_recognizer: Recognizer,
        settings: Settings,
        telemetry: Telemetry,
        jobs: Jobs,
    ) -> None:
        self._recognizer = recognizer
        self._batch_recognizer = batch_recognizer
        self._settings = settings
        self._counts = telemetry.of(TASK)
        self._window = Window(recognizer.info.reference, TASK)
        self._jobs = jobs
        size = recognizer.image_size
        # The first call is slow, and so is Pillow's first look at an unknown format.
        for model in (recognizer, batch_recognizer):
            model.answer(np.zeros((1, size, size, 3), np.uint8))
        Image.init()

    async def recognize(self, data: bytes, top_k: int) -> Prediction:
        """Answer for one encoded image.

        Raises:
            Refusal: `top_k` is out of range, the image cannot be used, or too much work waits.
        """
        self._check(top_k)
        try:
            if (small := _open_if_small(data)) is not None:
                image, seconds = self._square(small)
            else:
                with self._jobs.count():
                    image, seconds = await anyio.to_thread.run_sync(
                        lambda: self._square(_open(data)), limiter=self._jobs.decoder
                    )
        except ImageError as error:
            raise refuse_image(error) from None
        return self._answer(self._recognizer, [image], [seconds], top_k)[0]

    async def recognize_all(self, files: Sequence[bytes], top_k: int) -> BatchPrediction:
        """Answer for encoded images; an image that cannot be used gets an error in its place.

        Raises:
            Refusal: `top_k` is out of range, or too much work waits.
        """
        self._check(top_k)
        budget = Budget(self._settings.max_pixels)
        parts = [files[start : start + PART] for start in range(0, len(files), PART)]
        with self._jobs.count(BATCH_PIXELS):
            answers = await asyncio.gather(*(self._part(part, budget, top_k) for part in parts))
        return BatchPrediction(results=[answer for part in answers for answer in part])

    async def explain(self, data: bytes) -> bytes:
        """Draw which parts of an encoded image the answer rests on.

        Returns:
            A PNG file.

        Raises:
            Refusal: the image cannot be used, or too much work waits.
        """

        def read() -> Image.Image:
            draft = DRAFT_FACTOR * self._recognizer.image_size
            return decode(_open(data), draft, self._settings.max_pixels)

        def draw(image: Image.Image) -> bytes:
            stream = BytesIO()
            draw_explanation(explain(self._batch_recognizer, image)).save(stream, "PNG")
            return stream.getvalue()

        try:
            # The runner is taken before decoding, so that many explanations hold one picture at a
            # time and not one each.
            with self._jobs.count():
                async with self._jobs.runner:
                    image = await anyio.to_thread.run_sync(read, limiter=self._jobs.decoder)
                    return await anyio.to_thread.run_sync(draw, image)
        except ImageError as error:
            raise refuse_image(error) from None

    async def _part(
        self, files: Sequence[bytes], budget: Budget, top_k: int
    ) -> list[Prediction | ErrorBody]:
        """Answer for one part of a batch: while it is in the model, the next one is decoded."""
        images: list[Square] = []
        times: list[float] = []
        bad: dict[int, ErrorBody] = {}

        def decode_all() -> None:
            for place, data in enumerate(files):
                try:
                    opened = _open(data)
                    budget.spend(work(opened))
                    image, seconds = self._square(opened)
                except ImageError as error:
                    bad[place] = refuse_image(error).body
                else:
                    images.append(image)
                    times.append(seconds)

        await anyio.to_thread.run_sync(decode_all, limiter=self._jobs.decoder)
        answers = await anyio.to_thread.run_sync(
            lambda: iter(self._answer(self._batch_recognizer, images, times, top_k)),
            limiter=self._jobs.runner,
        )
        return [bad.get(place) or next(answers) for place in range(len(files))]

    def _square(self, opened: Image.Image) -> tuple[Square, float]:
        """The model's input for one image, and the seconds that it took to make."""
        begin = time.perf_counter()
        size = self._recognizer.image_size
        image = squash(decode(opened, DRAFT_FACTOR * size, self._settings.max_pixels), size)
        seconds = time.perf_counter() - begin
        self._counts.decode.observe(seconds)
        return image, seconds

    def _answer(
        self, model: Recognizer, images: Sequence[Square], times: Sequence[float], top_k: int
    ) -> list[Prediction]:
        if not images:
            return []
        begin = time.perf_counter()
        answers = model.answer(images)
        seconds = time.perf_counter() - begin
        self._counts.inference.observe(seconds)
        for confidence, known in zip(answers.confidence, answers.known, strict=True):
            self._counts.confidence.observe(confidence)
            self._counts.known.observe(known)
        self._window.add(answers)
        return predictions(answers, model.info, top_k, times, seconds)

    def _check(self, top_k: int) -> None:
        classes = len(self._recognizer.info.label_space)
        if top_k > classes:
            raise Refusal(BAD_TOP_K, f"top_k is {top_k}: the model knows {classes} classes")


def _open(data: bytes) -> Image.Image:
    return open_image(data, OVER_HTTP)


def _open_if_small(data: bytes) -> Image.Image | None:
    """Open an image where decoding is so little work that the event loop can do it.

    Returns:
        None for others. They are not kept open while they wait: some formats reserve memory for all
        their pixels.

    Raises:
        ImageError: the image cannot be used.
    """
    if len(data) > INLINE_BYTES or data.startswith(PLAIN):
        return None
    opened = _open(data)
    return opened if opened.width * opened.height <= INLINE_PIXELS else None
