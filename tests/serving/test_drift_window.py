"""The drift of a stream of answers that changes half-way."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from prometheus_client import REGISTRY

from signs.inference.recognizer import Answer, Guess
from signs.inference.drift import make_reference
from signs.serving.drift_window import RECENT, Window, recent, registries

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def gauge() -> Iterator[None]:
    """A gauge of this test alone."""
    REGISTRY.unregister(recent())  # one that another test may have left
    recent.cache_clear()
    yield
    REGISTRY.unregister(recent())
    recent.cache_clear()


def answers(count: int, classes: int, sureness: float) -> list[Answer]:
    return [
        Answer((Guess(int(c), "", "", float(p)),), float(k), True)
        for c, p, k in zip(
            RNG.integers(classes, size=count),
            RNG.beta(sureness, 1, count),
            RNG.beta(sureness, 1, count),
            strict=True,
        )
    ]


def drift(window_reference: dict) -> dict[str, float]:
    _, registry = registries(window_reference)
    return {s.labels["of"]: s.value for family in registry.collect() for s in family.samples}


def test_a_stream_that_changes_half_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    before = answers(4000, 43, 20)
    probabilities = np.zeros((4000, 43), np.float32)
    for row, answer in zip(probabilities, before, strict=True):
        row[answer.guesses[0].class_id] = answer.guesses[0].probability
    reference = make_reference(probabilities, np.array([a.known for a in before], np.float32))
    window = Window(reference, size=1000)
    assert drift(reference) == {}  # no answer yet
    window.add(answers(1500, 43, 20))
    assert max(drift(reference).values()) < 0.1
    window.add(answers(200, 20, 3))
    assert max(drift(reference).values()) > 0.1  # on the way
    window.add(answers(800, 20, 3))
    assert min(drift(reference).values()) > 0.25
    counted = sum(
        s.value for family in REGISTRY.collect() for s in family.samples if s.name == RECENT
    )
    assert counted == 3 * 1000  # the oldest answers are forgotten


def test_what_a_dead_worker_remembered_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By many requests for `/metrics` at once."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    reference = make_reference(np.eye(43, dtype=np.float32), np.ones(43, np.float32))
    for _ in range(20):
        dead = subprocess.Popen(["true"])
        dead.wait()
        remembered = tmp_path / f"gauge_livesum_{dead.pid}.db"
        counted = tmp_path / f"counter_{dead.pid}.db"
        for path in (remembered, counted):
            path.touch()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: registries(reference), range(8)))
        assert not remembered.exists()
        assert counted.exists()
        counted.unlink()
