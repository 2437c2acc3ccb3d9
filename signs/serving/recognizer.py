"""From the bytes of uploads to answers, without holding up the event loop."""

import time
from collections.abc import Sequence

import anyio
import anyio.to_thread
import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.inference.classifier import Classifier
from signs.inference.preprocess import DRAFT_FACTOR, ImageError, decode, open_image, squash
from signs.serving.answers import BatchPrediction, Prediction, prediction
from signs.serving.errors import BAD_TOP_K, ErrorBody, Refusal, refuse_image
from signs.serving.measures import Measures
from signs.serving.settings import Settings

# Up to this many pixels in the file an image is decoded in the event loop: that takes a few
# milliseconds, and a hop to a thread and back costs a small image more than its decoding.
INLINE_PIXELS = 500_000

Square = npt.NDArray[np.uint8]


class Recognizer:
    """Answers for uploads.

    Args:
        classifier: the model, for one image at a time.
        batch_classifier: the same, for batches.
        settings: its limits on images are kept.
        measures: that are told of each image.
    """

    def __init__(
        self,
        classifier: Classifier,
        batch_classifier: Classifier,
        settings: Settings,
        measures: Measures,
    ) -> None:
        self._classifier = classifier
        self._batch_classifier = batch_classifier
        self._settings = settings
        self._measures = measures
        # One thread: what is large enough for it keeps a core busy, and needs memory.
        self._thread = anyio.CapacityLimiter(1)
        size = classifier.info.image_size
        # The first call is slow, and so is Pillow's first look at an unknown format.
        for model in (classifier, batch_classifier):
            model.run(np.zeros((1, size, size, 3), np.uint8))
        Image.init()

    async def recognize(self, data: bytes, top_k: int) -> Prediction:
        """Answer for one encoded image.

        Raises:
            Refusal: `top_k` is out of range, or the image cannot be used.
        """
        self._check(top_k)
        try:
            opened = open_image(data)  # reads the header only
            if opened.width * opened.height > INLINE_PIXELS:
                image, seconds = await anyio.to_thread.run_sync(
                    self._square, opened, limiter=self._thread
                )
            else:
                image, seconds = self._square(opened)
        except ImageError as error:
            raise refuse_image(error) from None
        return self._answer(self._classifier, [image], [seconds], top_k)[0]

    async def recognize_all(self, files: Sequence[bytes], top_k: int) -> BatchPrediction:
        """Answer for encoded images, and say of each bad one what is wrong with it.

        Raises:
            Refusal: `top_k` is out of range.
        """
        self._check(top_k)
        return await anyio.to_thread.run_sync(
            self._recognize_all, files, top_k, limiter=self._thread
        )

    def _recognize_all(self, files: Sequence[bytes], top_k: int) -> BatchPrediction:
        images: list[Square] = []
        times: list[float] = []
        bad: dict[int, ErrorBody] = {}
        for place, data in enumerate(files):
            try:
                image, seconds = self._square(open_image(data))
            except ImageError as error:
                bad[place] = refuse_image(error).body
            else:
                images.append(image)
                times.append(seconds)
        answers = iter(self._answer(self._batch_classifier, images, times, top_k))
        return BatchPrediction(results=[bad.get(i) or next(answers) for i in range(len(files))])

    def _square(self, opened: Image.Image) -> tuple[Square, float]:
        """The model's input of one image, and the seconds that it took."""
        begin = time.perf_counter()
        size = self._classifier.info.image_size
        image = squash(decode(opened, DRAFT_FACTOR * size, self._settings.max_pixels), size)
        seconds = time.perf_counter() - begin
        self._measures.decode.observe(seconds)
        return image, seconds

    def _answer(
        self, model: Classifier, images: Sequence[Square], times: Sequence[float], top_k: int
    ) -> list[Prediction]:
        if not images:
            return []
        begin = time.perf_counter()
        answers = model.answer(images, top_k)
        seconds = time.perf_counter() - begin
        self._measures.inference.observe(seconds)
        for answer in answers:
            self._measures.confidence.observe(answer.guesses[0].probability)
        version, share = model.info.version, seconds / len(images)
        return [
            prediction(answer, version, decoding, share)
            for answer, decoding in zip(answers, times, strict=True)
        ]

    def _check(self, top_k: int) -> None:
        classes = len(self._classifier.info.class_names)
        if top_k > classes:
            raise Refusal(BAD_TOP_K, f"top_k is {top_k}: the model knows {classes} classes")
