"""The bodies of the answers for clips, and their examples in the API's document."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from signs.serving.refusals import ErrorDetail
from signs.serving.responses import GERMAN, VERSION

JOB: dict[str, JsonValue] = {
    "id": "5f0c9a2be1d34f68a7b0c1d2e3f40516",
    "status": "running",
    "before": 0,
    "progress": 0.4,
    "read_s": 4.8,
    "duration_s": 12.0,
    "left_s": 9.5,
    "kept_s": None,
    "error": None,
}
CLIP: dict[str, JsonValue] = {
    "width": 1920,
    "height": 1080,
    "fps": 29.97,
    "duration_s": 12.012,
    "model_version": VERSION,
    "signs": [
        {
            "track": 1,
            "class_id": 14,
            "name": "Stop",
            "german": "Halt. Vorfahrt gewähren",
            "stvo": "206",
            "probability": 0.998713,
            "known": 0.994653,
            "recognized": True,
            "first_s": 3.17,
            "last_s": 4.971,
            "frames": [
                {
                    "frame": 95,
                    "time_s": 3.17,
                    "box": [812.4, 301.07, 851.9, 340.66],
                    "score": 0.951207,
                }
            ],
        }
    ],
    "error": None,
}


class ClipStatus(BaseModel):
    """How far a job is."""

    model_config = ConfigDict(json_schema_extra={"example": JOB})

    id: str = Field(description="The job's, for the other paths. Whoever knows it can read them.")
    status: Literal["waiting", "running", "done", "failed", "canceled"] = Field(
        description="The last three are final."
    )
    before: int = Field(ge=0, description="Jobs that are read or wait before this one.")
    progress: float | None = Field(
        ge=0, le=1, description="Share that is read; null where the clip's length is not known."
    )
    read_s: float | None = Field(description="Seconds of the clip that are read.")
    duration_s: float | None = Field(description="Seconds of the clip that are to be read.")
    left_s: float | None = Field(description="Seconds that reading the rest will take, about.")
    kept_s: float | None = Field(
        description="Seconds until the job is deleted with its results; null before it has ended."
    )
    error: ErrorDetail | None = Field(description="Why it has failed.")


class ClipSighting(BaseModel):
    """A sign in one frame."""

    frame: int = Field(ge=0, description="Its number, from 0 on in the order shown.")
    time_s: float = Field(description="Seconds since the first frame.")
    box: list[float] = Field(
        min_length=4,
        max_length=4,
        description="Left, top, right and bottom in pixels of the upright frame, right and bottom "
        "exclusive.",
    )
    score: float = Field(ge=0, le=1, description="Both models together, in this frame.")


class ClipSign(BaseModel):
    """One sign of a clip, from when it is first seen until it has passed."""

    track: int = Field(ge=1, description="Its number.")
    class_id: int = Field(description="The most probable class, its place among the model's.")
    name: str = Field(description="What that sign says, in English.")
    german: str = Field(description=GERMAN)
    stvo: str = Field(description="Its number in the German catalog of traffic signs.")
    probability: float = Field(ge=0, le=1, description="Of that class, by all frames.")
    known: float = Field(
        ge=0, le=1, description="Probability that it is one of the classes at all, by all frames."
    )
    recognized: bool = Field(description="Whether it has a name.")
    first_s: float = Field(description="When it is first seen, in seconds from the first frame.")
    last_s: float = Field(description="When it is last seen.")
    frames: list[ClipSighting] = Field(description="Each frame in which it is seen.")


class ClipSigns(BaseModel):
    """The signs of a clip, as `signs track --json` has them, with German names too."""

    model_config = ConfigDict(protected_namespaces=(), json_schema_extra={"example": CLIP})

    width: int = Field(description="Of the upright frames, in pixels.")
    height: int = Field(description="Of the upright frames, in pixels.")
    fps: float | None = Field(description="Frames a second on average; null where not known.")
    duration_s: float | None = Field(description="Length, as the clip says; null if it does not.")
    model_version: str = Field(description="The `version` of the model that named the signs.")
    signs: list[ClipSign] = Field(description="In the order in which they are first seen.")
    error: str | None = Field(
        description="Why the clip was not read to its end: it was cut, is broken, is over a limit, "
        "or the job was canceled."
    )
