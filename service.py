"""The BentoML service: `bentoml serve` answers for pictures with traffic signs over HTTP."""

import bentoml

from signs.catalog.language import Language
from signs.errors import one_line_errors
from signs.inference.detector import Detector
from signs.inference.recognizer import Recognizer
from signs.inference.scene_reader import SceneReader
from signs.serving.clip_forms import ClipForm
from signs.serving.clip_responses import ClipStatus
from signs.serving.clips.answers import status_of
from signs.serving.clips.job import ClipJob
from signs.serving.clips.store import ClipStore
from signs.serving.clips.worker import start_clip_worker
from signs.serving.endpoint import endpoint
from signs.serving.forms import Form
from signs.serving.http.address import check_address
from signs.serving.http.cors import Cors
from signs.serving.http.guard import Guard
from signs.serving.http.http1 import install
from signs.serving.jobs import Jobs
from signs.serving.pages import make_pages
from signs.serving.refusals import no_detector
from signs.serving.responses import BatchPrediction, Prediction
from signs.serving.routes import Encoded
from signs.serving.scene_responses import BatchSceneSigns, SceneSigns
from signs.serving.scenes import SceneHandler
from signs.serving.settings import read_settings
from signs.serving.telemetry import telemetry
from signs.serving.uploads import UploadHandler

# Here, and not in a worker: `bentoml serve` and `bentoml build` stop at once without a model, and
# `bentoml serve` without a port.
with one_line_errors():
    check_address()
    SETTINGS = read_settings()
    RECOGNIZER = Recognizer(SETTINGS.model, threads=1)
    BATCH_RECOGNIZER = Recognizer(SETTINGS.model, threads=SETTINGS.batch_threads)
    DETECTOR = (
        None
        if SETTINGS.detector is None
        else Detector(SETTINGS.detector, threads=SETTINGS.batch_threads)
    )
    CLIPS = None if DETECTOR is None else ClipStore(SETTINGS.clips, SETTINGS.clip_limits)
Form.max_batch = SETTINGS.max_batch
ClipForm.store = CLIPS
install()
# "none": BentoML's Debian would bring a compiler along, and all packages come as wheels.
IMAGE = bentoml.images.Image(base_image="python:3.11-slim", distro="none")


@bentoml.asgi_app(
    make_pages(
        RECOGNIZER.info, None if DETECTOR is None else DETECTOR.info, SETTINGS.max_batch, CLIPS
    ),
    path="/",
)
@bentoml.service(
    name="traffic-signs",
    image=IMAGE,
    workers=SETTINGS.workers,
    # Never reached: our timeout for slow bodies comes first, and the work is bounded (see uploads).
    traffic={"timeout": max(SETTINGS.body_timeout_s, SETTINGS.clip_timeout_s) + 60},
    metrics={"enabled": False},  # BentoML's take any path that is asked for as a label: see routes
    logging={"access": {"enabled": SETTINGS.access_log}},
    tracing={"excluded_urls": [".*"]},  # a fifth of a request's time, for spans that go nowhere
)
class TrafficSigns:
    """Recognizes German traffic signs in pictures."""

    def __init__(self) -> None:
        jobs = Jobs()
        self._uploads = UploadHandler(RECOGNIZER, BATCH_RECOGNIZER, SETTINGS, telemetry(), jobs)
        self._scene_handler = (
            None
            if DETECTOR is None
            else SceneHandler(SceneReader(DETECTOR, BATCH_RECOGNIZER), SETTINGS, telemetry(), jobs)
        )

        self._clip_worker = None if CLIPS is None else start_clip_worker(CLIPS, SETTINGS)

    @bentoml.on_shutdown
    def stop(self) -> None:
        """End the clip that is read, whose job then says so."""
        if self._clip_worker is not None:
            self._clip_worker.stop()

    @endpoint
    async def predict(self, image: bytes, top_k: int) -> Prediction:
        """Name the sign in a picture."""
        return await self._uploads.recognize(image, top_k)

    @endpoint
    async def predict_batch(self, images: list[bytes], top_k: int) -> BatchPrediction:
        """Name the sign in each of several pictures."""
        return await self._uploads.recognize_all(images, top_k)

    @endpoint
    async def explain(self, image: bytes) -> bytes:
        """Show which parts of a picture the answer rests on."""
        return await self._uploads.explain(image)

    @endpoint
    async def detect(self, image: bytes, min_score: float | None) -> SceneSigns:
        """Find and name the signs in a whole picture."""
        return await self._scenes().detect(image, min_score)

    @endpoint
    async def detect_batch(self, images: list[bytes], min_score: float | None) -> BatchSceneSigns:
        """Find and name the signs in each of several pictures."""
        return await self._scenes().detect_all(images, min_score)

    @endpoint
    async def annotate(self, image: bytes, min_score: float | None, lang: Language) -> Encoded:
        """Draw the signs into a whole picture."""
        return await self._scenes().annotate(image, min_score, lang)

    @endpoint
    async def track(
        self, clip: ClipJob, every: int, max_seconds: float | None, lang: Language
    ) -> ClipStatus:
        """Begin to follow the signs of a clip."""
        assert CLIPS is not None  # otherwise the form is refused
        CLIPS.submit(clip, every, max_seconds, lang)
        return status_of(CLIPS, clip.id)

    def _scenes(self) -> SceneHandler:
        if self._scene_handler is None:
            raise no_detector()
        return self._scene_handler


# The decorators make TrafficSigns a bentoml.Service, which mypy does not see.
if SETTINGS.cors_origins:  # the first one is outside
    TrafficSigns.add_asgi_middleware(Cors, origins=SETTINGS.cors_origins)  # type: ignore[attr-defined]
TrafficSigns.add_asgi_middleware(Guard, settings=SETTINGS)  # type: ignore[attr-defined]
