"""The BentoML service: `bentoml serve` answers for pictures of traffic signs over HTTP."""

import bentoml

from signs.errors import one_line_errors
from signs.inference.classifier import Classifier
from signs.serving.answers import BatchPrediction, Prediction
from signs.serving.forms import ImageForm, ImagesForm
from signs.serving.guard import Guard
from signs.serving.measures import make_measures
from signs.serving.pages import make_pages
from signs.serving.recognizer import Recognizer
from signs.serving.settings import read_settings

# Here, and not in a worker: `bentoml serve` and `bentoml build` stop at once without a model.
with one_line_errors():
    SETTINGS = read_settings()
    CLASSIFIER = Classifier(SETTINGS.model, threads=1)
ImagesForm.max_files = SETTINGS.max_batch


@bentoml.asgi_app(make_pages(CLASSIFIER.info, SETTINGS.max_batch), path="/")
@bentoml.service(name="traffic-signs", workers=SETTINGS.workers)
class TrafficSigns:
    """Recognises German traffic signs in pictures."""

    def __init__(self) -> None:
        self._recognizer = Recognizer(CLASSIFIER, SETTINGS, make_measures())

    @bentoml.api(input_spec=ImageForm)
    async def predict(self, image: bytes, top_k: int) -> Prediction:
        """Name the sign in a picture."""
        return await self._recognizer.recognize(image, top_k)

    @bentoml.api(input_spec=ImagesForm)
    async def predict_batch(self, images: list[bytes], top_k: int) -> BatchPrediction:
        """Name the sign in each of some pictures."""
        return await self._recognizer.recognize_all(images, top_k)


TrafficSigns.add_asgi_middleware(Guard, settings=SETTINGS)
