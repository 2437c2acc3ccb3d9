"""What the service says of its models, and its example in the API's document."""

from pydantic import BaseModel, ConfigDict, Field

from signs.catalog.language import Language, names_in
from signs.inference.detector_info import DetectorInfo
from signs.inference.model_info import ModelInfo
from signs.serving.responses import DETECTOR_VERSION, VERSION


class SignClass(BaseModel):
    """A class that the model tells apart."""

    class_id: int
    name: str
    german: str
    stvo: str


class DetectorDescription(BaseModel):
    """What the detector's file says of itself."""

    version: str = Field(description="As that of the model.")
    arch: str = Field(description="Architecture of the network.")
    precision: str = Field(description="`fp32` or `int8`.")
    max_side: int = Field(
        description="A picture whose longer side has more pixels is shrunk to it."
    )
    data: str = Field(description="What it was trained on.")
    test_data: str = Field(description="The validation scenes that `ap50` was measured on.")
    ap50: float = Field(
        ge=0, le=1, description="Average precision of any sign at IoU 0.5 on validation scenes."
    )
    threshold: float = Field(description="The least `score` of a sign that is recognized.")


class ModelDescription(BaseModel):
    """What the model file says of itself, and the detector's file."""

    model_config = ConfigDict(
        protected_namespaces=(),
        json_schema_extra={
            "example": {
                "version": VERSION,
                "arch": "signnet",
                "precision": "fp32",
                "image_size": 48,
                "data": "drawn signs (500 a class, seed 0)",
                "test_data": "drawn signs (500 a class, seed 0)",
                "accuracy": 0.9862,
                "threshold": 0.62,
                "temperature": 0.81,
                "classes": [
                    {
                        "class_id": 14,
                        "name": "Stop",
                        "german": "Halt. Vorfahrt gewähren",
                        "stvo": "206",
                    }
                ],
                "detector": {
                    "version": DETECTOR_VERSION,
                    "arch": "signdet",
                    "precision": "fp32",
                    "max_side": 1920,
                    "data": "drawn roads (700, seed 0)",
                    "test_data": "drawn roads (700, seed 0)",
                    "ap50": 0.78,
                    "threshold": 0.3,
                },
            }
        },
    )

    version: str = Field(
        description="A hash of what answers (network, calibration, threshold, classes, "
        "preprocessing), and the precision: two models that can answer differently never share one."
    )
    arch: str = Field(description="Architecture of the network.")
    precision: str = Field(description="`fp32` or `int8`.")
    image_size: int = Field(description="Side, in pixels, of the square that images become.")
    data: str = Field(description="What it was trained on.")
    test_data: str = Field(description="The validation images that `accuracy` was measured on.")
    accuracy: float = Field(
        ge=0,
        le=1,
        description="Share of right answers on validation images, `test_data`, by the exported "
        "file. Accuracy on test images is in the project's results, not in the model.",
    )
    threshold: float = Field(description="The least `known` of an image that is recognized.")
    temperature: float = Field(description="What the logits are divided by.")
    classes: list[SignClass] = Field(description="All classes, by id.")
    detector: DetectorDescription | None = Field(
        description="The model that finds signs in scenes; null where the service has none: then "
        "the paths for scenes answer 404."
    )


def describe_model(info: ModelInfo, detector: DetectorInfo | None) -> ModelDescription:
    """The description of a model and of the detector beside it, from what their files say."""
    space = info.label_space
    german = names_in(Language.GERMAN, space)
    named = enumerate(zip(space.names, german, space.numbers, strict=True))
    return ModelDescription(
        version=info.version,
        arch=info.arch,
        precision=info.precision,
        image_size=info.preprocessing.size,
        data=info.data,
        test_data=info.accuracy_data,
        accuracy=info.accuracy,
        threshold=info.threshold,
        temperature=info.temperature,
        classes=[SignClass(class_id=i, name=n, german=g, stvo=s) for i, (n, g, s) in named],
        detector=None if detector is None else _describe_detector(detector),
    )


def _describe_detector(info: DetectorInfo) -> DetectorDescription:
    return DetectorDescription(
        version=info.version,
        arch=info.arch,
        precision=info.precision,
        max_side=info.preprocessing.max_side,
        data=info.data,
        test_data=info.ap_data,
        ap50=info.ap50,
        threshold=info.threshold,
    )
