"""What the service counts, and the text of `/metrics`."""

from dataclasses import dataclass
from functools import cache

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from signs.inference.drift import Reference
from signs.serving.drift_window import registries

SECONDS = (
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0,
)  # fmt: skip
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)
# The only values of the label `path`: what clients ask for must not become labels.
PATHS = frozenset(
    {
        "/", "/predict", "/predict_batch", "/explain",
        "/model", "/docs.json", "/metrics", "/livez", "/readyz",
    }
)  # fmt: skip
OTHER_PATH = "other"


@dataclass(frozen=True)
class Telemetry:
    """The counts of one worker; `/metrics` adds up those of all.

    Attributes:
        requests: by path, status and code of the error.
        request_seconds: from a request's head to the end of its answer, by path.
        decode: seconds from bytes to the model's input, of each image that is named; explanations
            count as requests alone.
        inference: seconds in the model, of each call, whatever its number of images; likewise.
        confidence: probability of the first class, of each image; likewise.
        known: probability that an image shows one of the classes; likewise.
    """

    requests: Counter
    request_seconds: Histogram
    decode: Histogram
    inference: Histogram
    confidence: Histogram
    known: Histogram

    def count_request(self, path: str, status: int, code: str, seconds: float) -> None:
        """Count an answer; status 0 stands for none, because the client went away."""
        path = path if path in PATHS else OTHER_PATH
        self.requests.labels(path, status, code).inc()
        self.request_seconds.labels(path).observe(seconds)


@cache
def telemetry() -> Telemetry:
    """The counts of this process.

    To be called in a worker and not on import: prometheus_client decides when it is imported first
    whether it counts for one process or for many, and BentoML tells only its workers.
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
    """The counts of all workers in Prometheus's text format, with their drift; its media type.

    Args:
        reference: that of the model which answers.
    """
    return b"".join(map(generate_latest, registries(reference))), CONTENT_TYPE_LATEST
