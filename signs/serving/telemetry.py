"""What the service counts, and the text of `/metrics`."""

from dataclasses import dataclass
from functools import cache

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from signs.records.spread import Reference
from signs.serving.drift_window import registries

SECONDS = (
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0,
)  # fmt: skip
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)
OTHER_PATH = "other"  # for every path that is not in the table of routes


@dataclass(frozen=True)
class Telemetry:
    """The counts of one worker; `/metrics` adds up those of all workers.

    Attributes:
        requests: by path, status and code of the error.
        request_seconds: from a request's head to the end of its answer, by path.
        decode: seconds from bytes to the model's input, for each image. This count and those below
            leave explanations out.
        inference: seconds in the model, for each call, whatever its number of images.
        confidence: probability of the first class, for each image.
        known: probability that the image shows one of the classes, for each image.
    """

    requests: Counter
    request_seconds: Histogram
    decode: Histogram
    inference: Histogram
    confidence: Histogram
    known: Histogram

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
        Histogram("signs_decode_seconds", "From bytes to the model's input", buckets=SECONDS),
        Histogram("signs_inference_seconds", "In the model, per call", buckets=SECONDS),
        Histogram("signs_confidence", "Probability of the first class", buckets=SHARES),
        Histogram("signs_known", "Probability that it is one of the classes", buckets=SHARES),
    )


def exposition(reference: Reference) -> tuple[bytes, str]:
    """The counts of all workers, and their drift, in Prometheus's text format.

    Args:
        reference: of the model that answers.

    Returns:
        The text, and its media type.
    """
    return b"".join(map(generate_latest, registries(reference))), CONTENT_TYPE_LATEST
