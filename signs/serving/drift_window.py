"""The last answers of the service, held against those that the model gave on validation images."""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, Gauge
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from signs.inference.drift import Reference, stability_index, watched
from signs.records.answers import Answers

WINDOW = 1000  # answers that each worker remembers
RECENT, DRIFT = "signs_recent_answers", "signs_drift"


class Window:
    """The last answers of one worker, counted by bin in a gauge.

    Args:
        reference: of the model that answers.
        size: how many answers are remembered.
    """

    def __init__(self, reference: Reference, size: int = WINDOW) -> None:
        self._reference = reference
        self._size = size
        self._places: deque[list[Gauge]] = deque()
        self._gauges = {
            of: [recent().labels(of, place) for place in range(len(spread.shares))]
            for of, spread in reference.items()
        }

    def add(self, answers: Answers) -> None:
        """Remember answers, and forget the oldest ones."""
        values = watched(answers.probabilities, answers.known)
        for row in range(len(answers)):
            places = [
                self._gauges[of][spread.bin(values[of][row])]
                for of, spread in self._reference.items()
            ]
            self._places.append(places)
            for gauge in places:
                gauge.inc()
            if len(self._places) > self._size:
                for gauge in self._places.popleft():
                    gauge.dec()


@cache
def recent() -> Gauge:
    """The gauge of this process; to be called in a worker, as `telemetry` is."""
    return Gauge(RECENT, "Last answers, by bin", ["of", "bin"], multiprocess_mode="livesum")


class DriftCollector:
    """The drift of all workers' last answers together, for `/metrics`.

    Args:
        reference: of the model that answers.
        registry: that has the workers' gauges.
    """

    def __init__(self, reference: Reference, registry: CollectorRegistry) -> None:
        self._reference = reference
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        """`signs_drift{of=...}`, once there are answers."""
        counts = {of: [0.0] * len(spread.shares) for of, spread in self._reference.items()}
        for family in self._registry.collect():
            for sample in family.samples:
                if sample.name == RECENT:
                    counts[sample.labels["of"]][int(sample.labels["bin"])] = sample.value
        drift = GaugeMetricFamily(
            DRIFT, "Population stability index of the last answers", labels=["of"]
        )
        for of, spread in self._reference.items():
            if any(counts[of]):
                drift.add_metric([of], stability_index(spread, counts[of]))
        yield drift


def registries(reference: Reference) -> tuple[CollectorRegistry, CollectorRegistry]:
    """What all workers counted, and their drift."""
    counted = REGISTRY
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        _forget_dead_workers(Path(folder))
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    drift = CollectorRegistry(auto_describe=False)
    drift.register(DriftCollector(reference, counted))
    return counted, drift


def _forget_dead_workers(folder: Path) -> None:
    """What a dead worker remembered is no longer recent."""
    for path in folder.glob("gauge_live*.db"):
        pid = int(path.stem.rpartition("_")[2])
        # Somebody else's process may have the number; another worker may be doing the same.
        with suppress(PermissionError, FileNotFoundError):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                mark_process_dead(pid, str(folder))
