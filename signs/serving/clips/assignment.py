"""What a worker and the process that reads a clip say to each other."""

from pathlib import Path

from pydantic import BaseModel

from signs.catalog.language import Language


class Assignment(BaseModel):
    """What the process is to do.

    Attributes:
        folder: of the job.
        model, detector: the ONNX files.
        threads: of the models.
        every, max_seconds: which frames are wanted.
        lang: of the names that are drawn.
        limit_s, limit_pixels, limit_bytes: of the clip: seconds, pixels of a frame, bytes of the
            drawn clip.
    """

    folder: Path
    model: Path
    detector: Path
    threads: int
    every: int
    max_seconds: float | None
    lang: Language
    limit_s: float
    limit_pixels: int
    limit_bytes: int


class Report(BaseModel):
    """What a worker learns for its counts, or why there is no result.

    Attributes:
        inference_s: seconds in the models, of the frames since the last report.
        signs: probability and known of each sign, once all are followed.
        refused: why the clip cannot be read.
    """

    inference_s: list[float] = []
    signs: list[tuple[float, float]] = []
    refused: str | None = None
