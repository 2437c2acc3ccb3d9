"""The service's settings, from environment variables."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from signs.errors import SignsError
from signs.serving.clips.store import ClipLimits

PREFIX = "SIGNS_"
ROOT = Path(__file__).parents[2]
DETECTOR = ROOT / "models" / "detector.onnx"
NO_DETECTOR = "none"
Count = Annotated[int, Field(ge=1)]
Amount = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
Seconds = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
ORIGIN = re.compile(r"\*|null|[a-z][a-z0-9+.-]*://[^\s/?#@*]+")
DEFAULT_PORT = re.compile(r"^(https://.+):443$|^(http://.+):80$")  # browsers leave it out


def read_origins(text: str) -> tuple[str, ...]:
    """Origins of web pages from a list with commas, as browsers write them.

    Raises:
        ValueError: a part is not an origin.
    """
    origins = [part.strip().lower().rstrip("/") for part in text.split(",") if part.strip()]
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is not like https://example.org, nor *")
    return tuple(DEFAULT_PORT.sub(r"\1\2", origin) for origin in origins)


def read_detector(value: object) -> object:
    """The path of a detector, or None for the word "none"."""
    return None if value == NO_DETECTOR else value


def default_detector() -> Path | None:
    """The project's detector, where there is one: the service can do without."""
    return DETECTOR if DETECTOR.is_file() else None


def default_clips() -> Path:
    """A folder in BentoML's, which each server on a machine has for itself."""
    return Path(os.environ.get("BENTOML_HOME") or Path.home() / "bentoml") / "clips"


def available_cores() -> int:
    """The number of cores that this process may use."""
    # macOS and Windows have no such call.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Settings(BaseModel):
    """Each field is read from the variable of its name in capitals, after `SIGNS_`.

    Attributes:
        model: the ONNX file that names signs.
        detector: the ONNX file that finds them in scenes; "none" for none, which saves its memory.
        workers: processes; "cpu_count" for one per core, or as many as a container's quota allows.
            Each keeps one core busy: a request is mostly Python's HTTP, so a second process adds
            more than a second thread inside the model would.
        batch_threads: of the models for a batch, an explanation or a scene. With one thread, a
            single client that sends one batch after another would leave the other cores idle.
        max_body_mb: megabytes of a request's body.
        max_batch: images in one request.
        max_megapixels: of one image while it is decoded; most JPEGs are decoded at reduced size.
            Photos of phones have 50. Each takes at most 23 MB, which a HEIC with opacity and more
            than 8 bits may need; a WebP 16, a PNG 8. A worker decodes one image at a time, beside
            those of `max_body_mb` that it holds.
        max_in_flight: requests that one worker processes at a time. Above it, and above four times
            as many that are still being received, new ones are refused with 429.
        body_timeout_s: seconds that a client may take to send its request.
        cors_origins: of web pages that may ask the service from a browser, with commas between
            them; "*" for all.
        clips: the folder of clips and their results; workers share it.
        max_clips: that arrive, wait or are read at one time, in all workers together. Each worker
            reads one at a time.
        max_clip_mb: megabytes of one clip, and of the drawn one.
        max_clip_s: seconds of one clip.
        max_clip_megapixels: of a frame. 4K has 8.3.
        clip_timeout_s: seconds that a clip may take to arrive.
        clip_work_s: seconds that reading one may take.
        clip_keep_s: seconds after which results are deleted; uploads are deleted once they are
            read.
        max_clips_mb: megabytes of all clips and results together, above which the oldest results
            are deleted before their time.
        access_log: whether to log each request; `/metrics` counts them in any case.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Path = ROOT / "models" / "model.onnx"
    detector: Annotated[Path | None, BeforeValidator(read_detector)] = Field(
        default_factory=default_detector
    )
    workers: Count | Literal["cpu_count"] = "cpu_count"
    batch_threads: Count = Field(default_factory=lambda: min(4, available_cores()))
    max_body_mb: Amount = 32
    max_batch: Count = 256
    max_megapixels: Annotated[float, Field(gt=0, le=100)] = 52
    max_in_flight: Count = 64
    body_timeout_s: Amount = 30
    cors_origins: Annotated[tuple[str, ...], BeforeValidator(read_origins)] = ()
    clips: Path = Field(default_factory=default_clips)
    max_clips: Count = 8
    max_clip_mb: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] = 200
    max_clip_s: Seconds = 600
    max_clip_megapixels: Annotated[float, Field(gt=0, le=25)] = 9
    clip_timeout_s: Seconds = 600
    clip_work_s: Seconds = 1800
    clip_keep_s: Seconds = 3600
    max_clips_mb: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 2000
    access_log: bool = False

    @property
    def max_body(self) -> int:
        """Limit of a request's body, in bytes."""
        return int(self.max_body_mb * 1e6)

    @property
    def max_pixels(self) -> int:
        """Limit of one image while it is decoded, in pixels."""
        return int(self.max_megapixels * 1e6)

    @property
    def clip_limits(self) -> ClipLimits:
        """Limits on the jobs for clips."""
        return ClipLimits(self.max_clips, self.clip_keep_s, int(self.max_clips_mb * 1e6))

    @property
    def max_clip(self) -> int:
        """Limit of the body of a request with a clip, in bytes."""
        return int(self.max_clip_mb * 1e6)


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; an empty variable counts as not set.

    Args:
        environment: variables by name.

    Raises:
        SignsError: a variable with our prefix is unknown, or a value is out of range.
    """
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value
    }
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        if first["type"] == "extra_forbidden":
            known = ", ".join(PREFIX + field.upper() for field in Settings.model_fields)
            raise SignsError(f"the environment variable {name} is not known ({known})") from None
        raise SignsError(
            f"the environment variable {name} is {first['input']!r}: {first['msg'].lower()}"
        ) from None
