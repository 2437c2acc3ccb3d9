"""The bodies of the service's successes, and their examples in the API's document."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from signs.catalog.label_space import LabelSpace
from signs.catalog.language import Language, names_in
from signs.inference.model_info import ModelInfo
from signs.records.answers import Answers
from signs.serving.refusals import BAD_IMAGE, ErrorBody, error_body

# Examples for the API's document.
VERSION = "4f1d5a0c9b7e-fp32"
DETECTOR_VERSION = "9e02c7d3b1a6-fp32"
GERMAN = "The same in German; in English where the model has no German name."
PREDICTION: dict[str, JsonValue] = {
    "recognized": True,
    "known": 0.9991,
    "classes": [
        {
            "class_id": 14,
            "name": "Stop",
            "german": "Halt. Vorfahrt gewähren",
            "stvo": "206",
            "probability": 0.9991,
        },
        {
            "class_id": 17,
            "name": "No entry",
            "german": "Verbot der Einfahrt",
            "stvo": "267",
            "probability": 0.0003,
        },
    ],
    "model_version": VERSION,
    "decode_ms": 0.21,
    "inference_ms": 0.34,
}


class ClassProbability(BaseModel):
    """One class with its probability."""

    class_id: int = Field(description="Its place among the model's classes, from 0.")
    name: str = Field(description="What the sign says, in English.")
    german: str = Field(description=GERMAN)
    stvo: str = Field(description="Its number in the German catalog of traffic signs.")
    probability: float = Field(ge=0, le=1, description="Calibrated.")


class Prediction(BaseModel):
    """The model's answer for one image."""

    model_config = ConfigDict(
        protected_namespaces=(),
        json_schema_extra={"example": PREDICTION},
    )

    recognized: bool = Field(description="Whether `known` reaches the model's threshold.")
    known: float = Field(
        ge=0, le=1, description="Probability that the image shows one of the classes at all."
    )
    classes: list[ClassProbability] = Field(
        description="The `top_k` most probable classes, the most probable first."
    )
    model_version: str = Field(description="The `version` of the model that answered.")
    decode_ms: float = Field(ge=0, description="Milliseconds from bytes to the model's input.")
    inference_ms: float = Field(
        ge=0, description="Milliseconds in the model; in a batch, this image's share."
    )


class BatchPrediction(BaseModel):
    """An answer or an error for each image."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "results": [
                    PREDICTION,
                    error_body(BAD_IMAGE, "the image is broken: truncated").model_dump(),
                ]
            }
        }
    )

    results: list[Prediction | ErrorBody] = Field(description="In the order of the images.")


def with_german(sign: Mapping[str, Any], label_space: LabelSpace) -> dict[str, Any]:
    """A sign's values with its German name, `german`, beside the English one.

    Args:
        sign: with `class_id` and `name`.
    """
    german = names_in(Language.GERMAN, label_space)[sign["class_id"]]
    values: dict[str, Any] = {}
    for key, value in sign.items():
        values |= {key: value, "german": german} if key == "name" else {key: value}
    return values


def predictions(
    answers: Answers, info: ModelInfo, top_k: int, decode_s: Sequence[float], inference_s: float
) -> list[Prediction]:
    """Answers in the shape that the service sends.

    Args:
        info: of the model that gave them.
        top_k: how many classes to name.
        decode_s: seconds that each image took from bytes to the model's input.
        inference_s: seconds in the model, of all images together.
    """
    share = round(1e3 * inference_s / max(1, len(answers)), 3)
    space = info.label_space
    rows = zip(
        answers.guesses(space, top_k),
        answers.known.tolist(),
        answers.recognized.tolist(),
        decode_s,
        strict=True,
    )
    return [
        Prediction(
            recognized=recognized,
            known=known,
            classes=[ClassProbability(**with_german(asdict(g), space)) for g in guesses],
            model_version=info.version,
            decode_ms=round(1e3 * seconds, 3),
            inference_ms=share,
        )
        for guesses, known, recognized, seconds in rows
    ]
