"""The service's recent answers, compared with the model's answers on validation images."""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil
from prometheus_client import REGISTRY, CollectorRegistry, Gauge
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from signs.inference.drift import stability_index, watched
from signs.inference.onnx_model import Task
from signs.records.answers import Answers
from signs.records.spread import Reference

WINDOW = 1000  # recent answers that each worker keeps
RECENT, DRIFT = "signs_recent_answers", "signs_drift"


class Window:
    """The recent answers of one worker for a task, counted by bin in a gauge.

    Args:
        reference: of the model that answers.
        task: what was asked for.
        size: how many answers are kept.
    """

    def __init__(self, reference: Reference, task: Task, size: int = WINDOW) -> None:
        self._reference = reference
        self._size = size
        self._kept: deque[list[Gauge]] = deque()  # for each answer the gauges of its bins
        self._gauges = {
            of: [recent().labels(task, of, number) for number in range(len(spread.shares))]
            for of, spread in reference.items()
        }

    def add(self, answers: Answers) -> None:
        """Count answers, and drop the oldest ones from the counts."""
        values = watched(answers.probabilities, answers.known)
        for row in range(len(answers)):
            bins = [
                self._gauges[of][spread.bin(values[of][row])]
                for of, spread in self._reference.items()
            ]
            self._kept.append(bins)
            for gauge in bins:
                gauge.inc()
            if len(self._kept) > self._size:
                for gauge in self._kept.popleft():
                    gauge.dec()


@cache
def recent() -> Gauge:
    """The gauge of this process; call it in a worker, as `telemetry`."""
    return Gauge(
        RECENT, "Recent answers, by bin", ["task", "of", "bin"], multiprocess_mode="livesum"
    )


class DriftCollector:
    """The drift of all workers' recent answers together, for `/metrics`.

    Args:
        reference: of the model that answers.
        registry: holds the workers' gauges.
    """

    def __init__(self, reference: Reference, registry: CollectorRegistry) -> None:
        self._reference = reference
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        """`signs_drift{task=..., of=...}`, for tasks that have answers."""
        counts: dict[tuple[str, str], list[float]] = {}
        for family in self._registry.collect():
            for sample in family.samples:
                if sample.name == RECENT:
                    of = sample.labels["of"]
                    empty = [0.0] * len(self._reference[of].shares)
                    bins = counts.setdefault((sample.labels["task"], of), empty)
                    bins[int(sample.labels["bin"])] = sample.value
        drift = GaugeMetricFamily(
            DRIFT, "Population stability index of the recent answers", labels=["task", "of"]
        )
        for (task, of), found in sorted(counts.items()):
            if any(found):
                drift.add_metric([task, of], stability_index(self._reference[of], found))
        yield drift


def registries(reference: Reference) -> tuple[CollectorRegistry, CollectorRegistry]:
    """Two registries: what all workers counted, and the drift of their answers."""
    counted = REGISTRY
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        _forget_dead_workers(Path(folder))
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    drift = CollectorRegistry(auto_describe=False)
    drift.register(DriftCollector(reference, counted))
    return counted, drift


def _forget_dead_workers(folder: Path) -> None:
    """Delete the gauges of workers that have died: their answers are no longer recent."""
    for path in folder.glob("gauge_live*.db"):
        pid = int(path.stem.rpartition("_")[2])
        if not psutil.pid_exists(pid):
            with suppress(FileNotFoundError):  # another worker may be deleting the same files
                mark_process_dead(pid, str(folder))
