"""What the service counts, for `/metrics`."""

from dataclasses import dataclass

from prometheus_client import Histogram

SECONDS = (
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0,
)  # fmt: skip
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)


@dataclass(frozen=True)
class Measures:
    """The histograms of one worker; `/metrics` adds up those of all.

    Attributes:
        decode: seconds from bytes to the model's input, of each image.
        inference: seconds in the model, of each call, whatever its number of images.
        confidence: probability of the first class, of each image.
    """

    decode: Histogram
    inference: Histogram
    confidence: Histogram


def make_measures() -> Measures:
    """Register the histograms, once in a process.

    Call it in a worker: prometheus_client decides when it is first used whether it counts for one
    process or for many, and BentoML says so to its workers only after they have started.
    """
    return Measures(
        Histogram("signs_decode_seconds", "From bytes to the model's input", buckets=SECONDS),
        Histogram("signs_inference_seconds", "In the model, per call", buckets=SECONDS),
        Histogram("signs_confidence", "Probability of the first class", buckets=SHARES),
    )
