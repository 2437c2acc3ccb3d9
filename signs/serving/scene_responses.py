"""The bodies of the answers for scenes, and their examples in the API's document."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from signs.serving.refusals import BAD_IMAGE, ErrorBody, error_body
from signs.serving.responses import DETECTOR_VERSION, GERMAN, VERSION

SCENE: dict[str, JsonValue] = {
    "width": 1360,
    "height": 800,
    "model_version": VERSION,
    "detector_version": DETECTOR_VERSION,
    "signs": [
        {
            "box": [812.4, 301.07, 851.9, 340.66],
            "score": 0.951207,
            "sign_score": 0.912044,
            "category": "other",
            "class_id": 14,
            "name": "Stop",
            "german": "Halt. Vorfahrt gewähren",
            "stvo": "206",
            "probability": 0.998713,
            "known": 0.994653,
            "recognized": True,
        }
    ],
    "decode_ms": 11.2,
    "inference_ms": 87.5,
}


class SceneSign(BaseModel):
    """One sign of a scene."""

    box: list[float] = Field(
        min_length=4,
        max_length=4,
        description="Left, top, right and bottom in pixels of the upright picture, right and "
        "bottom exclusive.",
    )
    score: float = Field(
        ge=0,
        le=1,
        description="Both models together: how probable it is that the box shows this sign.",
    )
    sign_score: float = Field(
        ge=0, le=1, description="The detector alone: that the box shows a sign."
    )
    category: str = Field(description="`prohibitory`, `danger`, `mandatory` or `other`.")
    class_id: int = Field(description="The most probable class, its place among the model's.")
    name: str = Field(description="What that sign says, in English.")
    german: str = Field(description=GERMAN)
    stvo: str = Field(description="Its number in the German catalog of traffic signs.")
    probability: float = Field(ge=0, le=1, description="Of that class; calibrated.")
    known: float = Field(
        ge=0, le=1, description="Probability that the box shows one of the classes at all."
    )
    recognized: bool = Field(
        description="Whether `known` and `score` reach the thresholds of the two models."
    )


class SceneSigns(BaseModel):
    """The signs of one picture, as `signs detect --json` has them, with German names too."""

    model_config = ConfigDict(protected_namespaces=(), json_schema_extra={"example": SCENE})

    width: int = Field(description="Of the upright picture, in pixels.")
    height: int = Field(description="Of the upright picture, in pixels.")
    model_version: str = Field(description="The `version` of the model that named the signs.")
    detector_version: str = Field(description="The `version` of the model that found them.")
    signs: list[SceneSign] = Field(description="The highest score first; there may be none.")
    decode_ms: float = Field(ge=0, description="Milliseconds from bytes to pixels.")
    inference_ms: float = Field(ge=0, description="Milliseconds in the two models.")


class BatchSceneSigns(BaseModel):
    """An answer or an error for each picture."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "results": [
                    SCENE,
                    error_body(BAD_IMAGE, "the image is broken: truncated").model_dump(),
                ]
            }
        }
    )

    results: list[SceneSigns | ErrorBody] = Field(description="In the order of the pictures.")
