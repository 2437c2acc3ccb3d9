"""The drift of a stream of answers that changes halfway."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from prometheus_client import REGISTRY

from signs.inference.drift import make_reference
from signs.records.answers import Answers
from signs.records.spread import Reference
from signs.serving.drift_window import RECENT, Window, recent, registries

CLASSES = 43
RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def gauge() -> Iterator[None]:
    """A gauge for this test alone."""
    REGISTRY.unregister(recent())  # one that another test may have left
    recent.cache_clear()
    yield
    REGISTRY.unregister(recent())
    recent.cache_clear()


def answers(count: int, classes: int, certainty: float) -> Answers:
    """Guesses among the first `classes`; a higher `certainty` moves both probabilities to 1."""
    probabilities = np.zeros((count, CLASSES), np.float32)
    guessed = RNG.integers(classes, size=count)
    probabilities[np.arange(count), guessed] = RNG.beta(certainty, 1, count)
    known = RNG.beta(certainty, 1, count).astype(np.float32)
    return Answers(probabilities, known, known >= np.float32(0.5))


def drift(reference: Reference) -> dict[str, float]:
    _, registry = registries(reference)
    return {s.labels["of"]: s.value for family in registry.collect() for s in family.samples}


def test_a_stream_that_changes_halfway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    before = answers(4000, CLASSES, 20)
    reference = make_reference(before.probabilities, before.known, before.class_ids)
    window = Window(reference, "recognize", size=1000)
    assert drift(reference) == {}  # no answer yet
    window.add(answers(1500, CLASSES, 20))
    assert set(drift(reference)) == {"class", "confidence", "known"}
    assert max(drift(reference).values()) < 0.1
    window.add(answers(200, 20, 3))
    assert max(drift(reference).values()) > 0.1  # on the way
    window.add(answers(800, 20, 3))
    assert min(drift(reference).values()) > 0.25
    counted = sum(
        s.value for family in REGISTRY.collect() for s in family.samples if s.name == RECENT
    )
    assert counted == 3 * 1000  # the oldest answers are dropped


def test_the_answers_of_a_dead_worker_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when many requests for `/metrics` come at once."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    eye = np.eye(CLASSES, dtype=np.float32)
    reference = make_reference(eye, np.ones(CLASSES, np.float32), np.arange(CLASSES))
    for _ in range(20):
        dead = subprocess.Popen(["true"])
        dead.wait()
        gauges = tmp_path / f"gauge_livesum_{dead.pid}.db"
        counts = tmp_path / f"counter_{dead.pid}.db"
        for path in (gauges, counts):
            path.touch()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: registries(reference), range(8)))
        assert not gauges.exists()
        assert counts.exists()
        counts.unlink()
