"""From uploaded scenes to their signs, without blocking the event loop."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TypeVar

import anyio.to_thread
import numpy as np
from PIL import Image

from signs.catalog.language import Language, names_in
from signs.inference.annotate import annotate
from signs.inference.marks import marks_of
from signs.inference.onnx_model import Task
from signs.inference.preprocess import ImageError
from signs.inference.scene_reader import SceneReader
from signs.pictures.decoding import decode, upright_size, work
from signs.pictures.formats import OVER_HTTP
from signs.pictures.opening import open_image
from signs.records.detections import Detections
from signs.records.found_signs import FoundSign, found_signs
from signs.records.listing import listed, sign_values
from signs.serving.drift_window import Window
from signs.serving.jobs import BATCH_PIXELS, Budget, Jobs
from signs.serving.refusals import ErrorBody, refuse_image
from signs.serving.responses import with_german
from signs.serving.routes import Encoded
from signs.serving.scene_responses import BatchSceneSigns, SceneSign, SceneSigns
from signs.serving.settings import Settings
from signs.serving.telemetry import Telemetry

TASK: Task = "detect"  # under which scenes are counted
# A large picture is decoded at no less than this many times the detector's longest side: signs are
# cut out of what was decoded, and the smallest that are found have fewer pixels than a crop.
DETAIL = 2
# From this many pixels on, it is decoded at half its size or less: a whole copy of it, beside what
# decoding takes, would be too much memory. Above most cameras, and below the 48 of telephones.
HALVED_FROM = 25_000_000
# Of a batch's pixels: what a pixel of the detector's input counts, since it takes as much time as
# decoding so many.
COST = 4
FOUND = 0.5  # of the detector's own score: from there on a box more probably shows a sign than not
LOSSLESS = {"BMP", "GIF", "PNG", "PPM"}  # what is drawn into these comes back without loss
QUALITY, FAST = 90, 1  # of JPEG; zlib's level

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decoded:
    """An uploaded picture, decoded.

    Attributes:
        picture: upright RGB, perhaps smaller than what was sent.
        size: width and height of the upright picture that was sent, in pixels.
        lossless: whether its format keeps every pixel.
        seconds: that decoding took.
    """

    picture: Image.Image
    size: tuple[int, int]
    lossless: bool
    seconds: float


class SceneHandler:
    """Answers for uploaded scenes.

    Args:
        reader: both models.
        settings: for its limits on images.
        telemetry: counts each scene.
        jobs: the worker's.
    """

    def __init__(
        self, reader: SceneReader, settings: Settings, telemetry: Telemetry, jobs: Jobs
    ) -> None:
        self._reader = reader
        self._settings = settings
        self._counts = telemetry.of(TASK)
        self._signs = telemetry.signs
        self._window = Window(reader.recognizer.info.reference, TASK)
        self._jobs = jobs
        reader.read(np.zeros((64, 64, 3), np.uint8))  # the first call is slow

    async def detect(self, data: bytes, min_score: float | None) -> SceneSigns:
        """Find and name the signs of one encoded picture.

        Args:
            min_score: as for `listed`.

        Raises:
            Refusal: the picture cannot be used, or too much work waits.
        """
        with self._jobs.count():
            try:
                return await self._with_picture(
                    data, lambda decoded: self._answer(decoded, min_score)
                )
            except ImageError as error:
                raise refuse_image(error) from None

    async def detect_all(self, files: Sequence[bytes], min_score: float | None) -> BatchSceneSigns:
        """The same for several; a picture that cannot be used gets an error in its place.

        Raises:
            Refusal: too much work waits.
        """
        budget = Budget(self._settings.max_pixels)
        results: list[SceneSigns | ErrorBody] = []
        with self._jobs.count(BATCH_PIXELS):
            for data in files:
                try:
                    answer: SceneSigns | ErrorBody = await self._with_picture(
                        data, lambda decoded: self._answer(decoded, min_score), budget
                    )
                except ImageError as error:
                    answer = refuse_image(error).body
                results.append(answer)
        return BatchSceneSigns(results=results)

    async def annotate(self, data: bytes, min_score: float | None, lang: Language) -> Encoded:
        """Draw the signs into an encoded picture.

        Args:
            lang: of the names.

        Returns:
            A PNG file of a picture that came without loss, and a JPEG of others; of the size that
            was decoded.

        Raises:
            Refusal: as `detect`.
        """
        with self._jobs.count():
            try:
                return await self._with_picture(
                    data, lambda decoded: self._draw(decoded, min_score, lang)
                )
            except ImageError as error:
                raise refuse_image(error) from None

    async def _with_picture(
        self, data: bytes, use: Callable[[Decoded], T], budget: Budget | None = None
    ) -> T:
        """Decode a picture in one thread, and use it in another."""
        # The runner is taken before decoding, so that many requests hold one picture at a time and
        # not one each.
        async with self._jobs.runner:
            decoded = await anyio.to_thread.run_sync(
                lambda: self._decode(data, budget), limiter=self._jobs.decoder
            )
            return await anyio.to_thread.run_sync(use, decoded)

    def _decode(self, data: bytes, budget: Budget | None) -> Decoded:
        begin = time.perf_counter()
        opened = open_image(data, OVER_HTTP)
        size, kind = opened.size, opened.format
        max_side = self._reader.detector.info.preprocessing.max_side
        if budget is not None:
            budget.spend(work(opened) + COST * input_pixels(size, max_side))
        picture = decode(opened, draft_side(size, max_side), self._settings.max_pixels)
        same = sorted(picture.size) == sorted(size)  # though perhaps turned
        size = picture.size if same else upright_size(data)
        seconds = time.perf_counter() - begin
        self._counts.decode.observe(seconds)
        return Decoded(picture, size, kind in LOSSLESS, seconds)

    def _answer(self, decoded: Decoded, min_score: float | None) -> SceneSigns:
        begin = time.perf_counter()
        signs = self._read(decoded, min_score)
        seconds = time.perf_counter() - begin
        width, height = decoded.size
        across, down = width / decoded.picture.width, height / decoded.picture.height
        whole = (
            replace(sign, box=(left * across, top * down, right * across, bottom * down))
            for sign in signs
            for left, top, right, bottom in [sign.box]
        )
        label_space = self._reader.recognizer.info.label_space
        return SceneSigns(
            width=width,
            height=height,
            model_version=self._reader.recognizer.info.version,
            detector_version=self._reader.detector.info.version,
            signs=[SceneSign(**with_german(sign_values(sign), label_space)) for sign in whole],
            decode_ms=round(1e3 * decoded.seconds, 3),
            inference_ms=round(1e3 * seconds, 3),
        )

    def _draw(self, decoded: Decoded, min_score: float | None, lang: Language) -> Encoded:
        names = names_in(lang, self._reader.recognizer.info.label_space)
        signs = self._read(decoded, min_score)
        named = [replace(sign, name=names[sign.class_id]) for sign in signs]
        drawn = annotate(decoded.picture, marks_of(named))
        stream = BytesIO()
        if decoded.lossless:
            drawn.save(stream, "PNG", compress_level=FAST)
            return Encoded(stream.getvalue(), "image/png")
        drawn.save(stream, "JPEG", quality=QUALITY)
        return Encoded(stream.getvalue(), "image/jpeg")

    def _read(self, decoded: Decoded, min_score: float | None) -> list[FoundSign]:
        """The signs of a picture, in pixels of what was decoded."""
        begin = time.perf_counter()
        found = self._reader.read(decoded.picture)
        self._counts.inference.observe(time.perf_counter() - begin)
        self._observe(found)
        return found_signs(listed(found, min_score), self._reader.recognizer.info.label_space)

    def _observe(self, found: Detections) -> None:
        """Count what the detector is confident of: most of its boxes show nothing."""
        there = found.take(np.flatnonzero(found.candidates.sign_scores >= np.float32(FOUND)))
        for confidence, known in zip(there.answers.confidence, there.answers.known, strict=True):
            self._counts.confidence.observe(confidence)
            self._counts.known.observe(known)
        self._window.add(there.answers)
        self._signs.observe(int(found.answers.recognized.sum()))


def draft_side(size: tuple[int, int], max_side: int) -> int:
    """The side in pixels below which a picture is not to be decoded, as `decode` takes it.

    Args:
        size: of the picture, in pixels.
        max_side: of the detector's input, in pixels.
    """
    if size[0] * size[1] > HALVED_FROM:
        return min(DETAIL * max_side, min(size) // 2)
    return DETAIL * max_side


def input_pixels(size: tuple[int, int], max_side: int) -> int:
    """The pixels that the detector sees of a picture of a size."""
    shrink = min(1.0, max_side / max(*size, 1))
    return round(size[0] * shrink * size[1] * shrink)
