"""The thread that works off clips, without a server."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from signs.catalog.language import Language
from signs.clips.interrupt import Interrupt
from signs.serving.clips.assignment import Assignment
from signs.serving.clips.job import ClipJob, ClipState
from signs.serving.clips.reading import read_clip
from signs.serving.clips.store import ClipLimits, ClipStore
from signs.serving.clips.worker import ClipWorker
from tests.cli.conftest import SHARP, drive
from tests.clips import save_clip
from tests.serving.conftest import fresh_telemetry
from tests.serving.server import PATIENCE_S

Begin = Callable[..., tuple[ClipWorker, ClipJob]]


@pytest.fixture
def begin(scene_models: tuple[Path, Path], tmp_path: Path) -> Begin:
    """A worker with a clip of 200 s, or of another length."""

    def made(rounds: int = 250, **changes: float) -> tuple[ClipWorker, ClipJob]:
        store = ClipStore(tmp_path / "clips", ClipLimits(3, 1000, 10**9))
        job = store.reserve()
        clip = save_clip(tmp_path / "a.mp4", drive(20) * rounds, **SHARP)
        job.upload.write_bytes(clip.read_bytes())
        store.submit(job, 1, None, Language.ENGLISH)

        def assign(job: ClipJob) -> Assignment:
            model, detector = scene_models
            limits = {"limit_s": 600, "limit_pixels": 10**6, "limit_bytes": 10**9} | changes
            given = {"folder": job.folder, "model": model, "detector": detector, "threads": 1}
            return Assignment.model_validate(
                given | limits | {"every": 1, "max_seconds": None, "lang": "en"}
            )

        counts = fresh_telemetry().of("track")
        return ClipWorker(store, assign, changes.get("work_s", PATIENCE_S), counts), job

    return made


@contextmanager
def working(worker: ClipWorker) -> Iterator[None]:
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def wait(job: ClipJob, done: Callable[[ClipState], object]) -> ClipState:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        state = job.state()
        if state is not None and done(state):
            return state
        time.sleep(0.05)
    raise AssertionError(state)


def test_reading_a_clip_takes_so_long_and_no_longer(begin: Begin) -> None:
    worker, job = begin(work_s=1)
    with working(worker):
        state = wait(job, lambda state: state.ended)
    assert (state.status, state.code) == ("failed", "bad_clip")
    assert "took longer than 1 s" in state.message


def test_a_drawn_clip_has_so_many_bytes(begin: Begin) -> None:
    worker, job = begin(limit_bytes=30_000)
    with working(worker):
        assert wait(job, lambda state: state.ended).status == "done"
    assert "too large once it is drawn" in job.result.read_text()
    assert job.drawn.stat().st_size < 1_000_000


def test_what_ends_with_the_worker_says_so(begin: Begin) -> None:
    worker, job = begin()
    with working(worker):
        wait(job, lambda state: job.progress().get("read_s"))
    state = job.state()
    assert state is not None
    assert (state.status, state.code) == ("failed", "internal")
    assert "send the clip again" in state.message


def test_a_process_that_fails_ends_its_job(begin: Begin, scene_models: tuple[Path, Path]) -> None:
    """As where the models are gone, or the disk is full; the next clip is read."""
    worker, job = begin(rounds=1)
    detector = scene_models[1]
    away = detector.rename(detector.with_suffix(".away"))
    with working(worker):
        state = wait(job, lambda state: state.ended)
        away.rename(detector)
        assert (state.status, state.code) == ("failed", "internal")
        _, job = begin(rounds=1)
        assert wait(job, lambda state: state.ended).status == "done"


def test_a_clip_that_is_canceled_before_its_first_frame_has_no_result(
    scene_models: tuple[Path, Path], tmp_path: Path
) -> None:
    job, interrupt = ClipJob(tmp_path / "job"), Interrupt()
    job.folder.mkdir()
    save_clip(tmp_path / "a.mp4", drive(5), **SHARP).rename(job.upload)
    model, detector = scene_models
    assignment = Assignment(
        folder=job.folder, model=model, detector=detector, threads=1, every=1, max_seconds=None,
        lang=Language.ENGLISH,
        limit_s=600, limit_pixels=10**6, limit_bytes=10**9,
    )  # fmt: skip
    interrupt.stop()
    read_clip(assignment, interrupt, lambda report: None)
    assert not job.result.exists()
    assert not job.drawn.exists()
