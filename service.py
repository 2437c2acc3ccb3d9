"""The BentoML service: `bentoml serve` answers for pictures of traffic signs over HTTP."""

from pathlib import Path
from typing import Annotated

import bentoml
from bentoml.validators import ContentType
from starlette.responses import Response

from signs.errors import one_line_errors
from signs.inference.recognizer import Recognizer
from signs.serving.forms import ExplainForm, ImageForm, ImagesForm
from signs.serving.guard import Guard
from signs.serving.pages import make_pages
from signs.serving.responses import BatchPrediction, Prediction, json_response
from signs.serving.settings import read_settings
from signs.serving.telemetry import telemetry
from signs.serving.uploads import UploadHandler

# Here, and not in a worker: `bentoml serve` and `bentoml build` stop at once without a model.
with one_line_errors():
    SETTINGS = read_settings()
    RECOGNIZER = Recognizer(SETTINGS.model, threads=1)
    BATCH_RECOGNIZER = Recognizer(SETTINGS.model, threads=SETTINGS.batch_threads)
ImagesForm.max_files = SETTINGS.max_batch
Picture = Annotated[Path, ContentType("image/png")]  # what BentoML's client gets
# "none": BentoML's Debian would bring a compiler along, and all packages come as wheels.
IMAGE = bentoml.images.Image(base_image="python:3.11-slim", distro="none")


@bentoml.asgi_app(make_pages(RECOGNIZER.info, SETTINGS.max_batch), path="/")
@bentoml.service(
    name="traffic-signs",
    image=IMAGE,
    workers=SETTINGS.workers,
    # Never reached: ours for slow bodies comes first, and the work is bounded (see recognizer).
    traffic={"timeout": SETTINGS.body_timeout_s + 60},
    metrics={"enabled": False},  # theirs take any path that is asked for as a label: see telemetry
    logging={"access": {"enabled": SETTINGS.access_log}},
    tracing={"excluded_urls": [".*"]},  # a fifth of a request's time, and nobody collects them
)
class TrafficSigns:
    """Recognizes German traffic signs in pictures."""

    def __init__(self) -> None:
        self._uploads = UploadHandler(RECOGNIZER, BATCH_RECOGNIZER, SETTINGS, telemetry())

    @bentoml.api(input_spec=ImageForm, output_spec=Prediction)
    async def predict(self, image: bytes, top_k: int) -> Response:
        """Name the sign in a picture."""
        return json_response(await self._uploads.recognize(image, top_k))

    @bentoml.api(input_spec=ImagesForm, output_spec=BatchPrediction)
    async def predict_batch(self, images: list[bytes], top_k: int) -> Response:
        """Name the sign in each of some pictures."""
        return json_response(await self._uploads.recognize_all(images, top_k))

    @bentoml.api(input_spec=ExplainForm)
    async def explain(self, image: bytes) -> Picture:
        """Show where in a picture the answer comes from."""
        png = await self._uploads.explain(image)
        return Response(png, media_type="image/png")  # type: ignore[return-value]


# mypy takes no notice of a class's decorators: TrafficSigns is a bentoml.Service.
TrafficSigns.add_asgi_middleware(Guard, settings=SETTINGS)  # type: ignore[attr-defined]
