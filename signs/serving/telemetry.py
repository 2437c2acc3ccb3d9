"""What the service counts, and the text of `/metrics`."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from signs.inference.onnx_model import Task
from signs.records.spread import Reference
from signs.serving.drift_window import registries

SECONDS = (
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0,
)  # fmt: skip
SIGNS = (0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 50)
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)
OTHER_PATH = "other"  # for every path that is not in the table of routes


@dataclass(frozen=True)
class TaskCounts:
    """Those counts of `Telemetry` that each task has."""

    decode: Histogram
    inference: Histogram
    confidence: Histogram
    known: Histogram


@dataclass(frozen=True)
class Telemetry:
    """The counts of one worker; `/metrics` adds up those of all workers.

    Attributes:
        requests: by path, status and code of the error.
        request_seconds: from a request's head to the end of its answer, by path.
        decode: seconds from bytes to the model's input, for each image, by task. This count and
            those below leave explanations out.
        inference: seconds in the models, by task: for each call on crops, whatever their number,
            and for each scene and each frame of a clip.
        confidence: probability of the first class, by task: for each crop, for each sign that the
            detector finds, and for each sign of a clip by all of its frames.
        known: likewise the probability that it is one of the classes.
        signs: signs that are recognized, for each scene.
    """

    requests: Counter
    request_seconds: Histogram
    decode: Histogram
    inference: Histogram
    confidence: Histogram
    known: Histogram
    signs: Histogram

    def of(self, task: Task | Literal["track"]) -> TaskCounts:
        """The counts of one task; "track" for clips."""
        return TaskCounts(
            self.decode.labels(task),
            self.inference.labels(task),
            self.confidence.labels(task),
            self.known.labels(task),
        )

    def count_request(self, path: str, status: int, code: str, seconds: float) -> None:
        """Count an answer.

        Args:
            path: of a route, or `OTHER_PATH`: what clients ask for must not become labels.
            status: of HTTP; 0 where the client went away before the answer.
            code: of the error; empty for a success.
            seconds: from the request's head to the end of the answer.
        """
        self.requests.labels(path, status, code).inc()
        self.request_seconds.labels(path).observe(seconds)


@cache
def telemetry() -> Telemetry:
    """The counts of this process.

    Call it in a worker and not on import: prometheus_client decides on its first import whether it
    counts for one process or for many, and BentoML sets that up in its workers alone.
    """
    return Telemetry(
        Counter("signs_requests", "Requests", ["path", "status", "code"]),
        Histogram("signs_request_seconds", "From head to answer", ["path"], buckets=SECONDS),
        Histogram("signs_decode_seconds", "To the model's input", ["task"], buckets=SECONDS),
        Histogram("signs_inference_seconds", "In the models", ["task"], buckets=SECONDS),
        Histogram("signs_confidence", "Of the first class", ["task"], buckets=SHARES),
        Histogram("signs_known", "That it is one of the classes", ["task"], buckets=SHARES),
        Histogram("signs_per_scene", "Recognized signs of a scene", buckets=SIGNS),
    )


def exposition(reference: Reference) -> tuple[bytes, str]:
    """The counts of all workers, and their drift, in Prometheus's text format.

    Args:
        reference: of the model that answers.

    Returns:
        The text, and its media type.
    """
    return b"".join(map(generate_latest, registries(reference))), CONTENT_TYPE_LATEST
