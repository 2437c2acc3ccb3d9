"""The jobs on disk: who waits, who is next, and what is deleted when."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from signs.catalog.language import Language
from signs.serving.clips.answers import cancel, finished, status_of
from signs.serving.clips.job import ClipJob, Status
from signs.serving.clips.store import ClipLimits, ClipStore
from signs.serving.refusals import Refusal
from tests.conftest import ROOT

LIMITS = ClipLimits(jobs=3, keep_s=1000, bytes=1_000_000)


@pytest.fixture
def store(tmp_path: Path) -> ClipStore:
    return ClipStore(tmp_path / "clips", LIMITS)


def waiting(store: ClipStore, size: int = 10) -> ClipJob:
    job = store.reserve()
    job.upload.write_bytes(bytes(size))
    store.submit(job, 1, None, Language.ENGLISH)
    return job


def ended(store: ClipStore, status: Status = "done", ago: float = 0, size: int = 10) -> ClipJob:
    job = waiting(store)
    assert job.take()
    if status == "done":
        job.result.write_bytes(bytes(size))
    job.end(status, *(("bad_clip", "it is broken") if status == "failed" else ()))
    state = job.state()
    assert state is not None
    job.put(replace(state, ended=time.time() - ago))
    job.leave()
    return job


def code(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        call()
    return refusal.value.kind.code


def test_a_job_goes_its_way(store: ClipStore) -> None:
    job = store.reserve()
    assert code(lambda: store.find(job.id)) == "no_job"  # its upload is not complete
    assert store.claim() is None
    store.submit(job, 3, 2.5, Language.GERMAN)
    assert status_of(store, job.id).status == "waiting"
    claimed = store.claim()
    assert claimed is not None
    state = claimed.state()
    assert state is not None
    assert (claimed.id, state.every, state.max_seconds, state.lang) == (job.id, 3, 2.5, "de")
    assert status_of(store, job.id).status == "running"
    assert code(lambda: finished(store, job.id)) == "no_result"
    assert store.claim() is None
    claimed.result.write_text("{}")
    claimed.end("done")
    claimed.leave()
    status = status_of(store, job.id)
    assert (status.status, status.progress) == ("done", 1)
    assert status.kept_s == pytest.approx(LIMITS.keep_s, abs=60)
    assert finished(store, job.id).id == job.id
    assert not job.upload.exists()


def test_the_longest_wait_is_over_first(store: ClipStore) -> None:
    jobs = [waiting(store) for _ in range(3)]
    assert [status_of(store, job.id).before for job in jobs] == [0, 1, 2]
    claimed = [store.claim() for _ in range(3)]
    assert [job and job.id for job in claimed] == [job.id for job in jobs]


def test_only_so_many_clips_arrive_wait_and_run(store: ClipStore) -> None:
    arriving, _, _ = store.reserve(), waiting(store), waiting(store)
    running = store.claim()
    assert running is not None
    assert code(store.reserve) == "overloaded"
    arriving.delete()
    waiting(store)
    assert code(store.reserve) == "overloaded"
    running.end("done")
    running.leave()
    assert waiting(store)


@pytest.mark.parametrize("name", ["", "x", "0" * 32, "../lock", "0" * 31 + "G", "0" * 33])
def test_there_is_no_such_job(name: str, store: ClipStore) -> None:
    for call in (status_of, cancel, finished):
        assert code(lambda call=call: call(store, name)) == "no_job"  # type: ignore[misc]


def test_results_are_deleted_after_their_time(store: ClipStore) -> None:
    old, young = ended(store, ago=1001), ended(store, ago=999)
    failed = ended(store, "failed", ago=1001)
    waiting(store)
    store.sweep()
    assert code(lambda: finished(store, old.id)) == "no_job"
    assert finished(store, young.id)
    assert code(lambda: status_of(store, failed.id)) == "no_job"
    assert not old.folder.exists()


def test_the_oldest_results_go_where_there_is_too_much(store: ClipStore) -> None:
    jobs = [ended(store, ago=ago, size=400_000) for ago in (30, 20, 10)]
    store.sweep()
    assert [job.folder.exists() for job in jobs] == [False, True, True]


def test_clips_that_wait_take_no_place_of_results(store: ClipStore) -> None:
    done = ended(store, size=400_000)
    waiting(store, size=900_000)
    store.sweep()
    assert finished(store, done.id)


@pytest.mark.parametrize(("age", "there"), [(0, True), (3600, False)])
def test_a_folder_without_a_state_is_deleted_after_a_while(
    age: float, there: bool, store: ClipStore
) -> None:
    """As a process leaves it that is killed while it begins or deletes a job."""
    job = waiting(store)
    (job.folder / "state.json").unlink()
    os.utime(job.folder, (time.time() - age,) * 2)
    store.sweep()
    assert job.folder.exists() == there


@pytest.mark.parametrize(
    ("status", "expected"), [("done", "done"), ("failed", "failed"), ("canceled", "canceled")]
)
def test_what_has_ended_stays_as_it_is(status: Status, expected: str, store: ClipStore) -> None:
    job = ended(store, status)
    for _ in range(2):
        assert cancel(store, job.id).status == expected
    refused = {"failed": "bad_clip", "canceled": "no_result"}
    if status in refused:
        assert code(lambda: finished(store, job.id)) == refused[status]


def test_a_job_that_waits_is_canceled_at_once(store: ClipStore) -> None:
    job = waiting(store)
    assert [cancel(store, job.id).status for _ in range(3)] == ["canceled"] * 3
    assert store.claim() is None
    assert not job.upload.exists()


HOLDER = """
import sys, time
from pathlib import Path
from signs.serving.clips.job import ClipJob
job = ClipJob(Path(sys.argv[1]))
assert job.take()
print("held", flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize("status", ["running", "arriving"])
def test_a_killed_process_leaves_no_job_that_hangs(status: Status, store: ClipStore) -> None:
    """Not one that is read, and not one that arrives."""
    job = waiting(store)
    state = job.state()
    assert state is not None
    job.put(replace(state, status=status))
    command = [sys.executable, "-c", HOLDER, str(job.folder)]
    holder = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    store.sweep()
    assert job.state() is not None
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    store.sweep()
    if status == "arriving":
        assert not job.folder.exists()
        return
    found = status_of(store, job.id)
    assert found.error is not None
    assert (found.status, found.error.code) == ("failed", "internal")
    assert "send the clip again" in found.error.message
    assert code(lambda: finished(store, job.id)) == "internal"
