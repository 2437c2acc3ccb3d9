"""All jobs of the service: who waits, who is next, what is deleted when."""

import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock

from signs.catalog.language import Language
from signs.serving.clips.job import ENDED, ClipJob, ClipState
from signs.serving.refusals import INTERNAL, NO_JOB, OVERLOADED, Refusal

ID = re.compile(r"[0-9a-f]{32}")
LEFT_S = 60.0  # seconds after which a folder without a state belongs to no process
LEFT = "the process that read the clip was stopped: send the clip again"


@dataclass(frozen=True, slots=True)
class ClipLimits:
    """What bounds the disk.

    Attributes:
        jobs: that arrive, wait or are worked on at one time.
        keep_s: seconds after a job's end, when it is deleted.
        bytes: of all jobs that have ended, above which those that ended first are deleted before
            that.
    """

    jobs: int
    keep_s: float
    bytes: int


class ClipStore:
    """The jobs in a folder that all workers share. Its methods may be called from any thread.

    Args:
        folder: of the jobs; it is made.
        limits: on them.
    """

    def __init__(self, folder: Path, limits: ClipLimits) -> None:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        self._folder, self._limits = folder, limits

    def reserve(self) -> ClipJob:
        """Begin a job, whose upload arrives now; its lock is held until `submit` or `delete`.

        Raises:
            Refusal: there are too many jobs.
        """
        with FileLock(self._folder / "lock"):
            for job, _ in self._active():
                self._mend(job)
            if len(self._active()) >= self._limits.jobs:
                raise Refusal(OVERLOADED, "too many clips at once: try again later")
            job = ClipJob(self._folder / secrets.token_hex(16))
            job.folder.mkdir(0o700)
            job.take()
            job.upload.touch()
            job.put(ClipState("arriving", time.time()))
        return job

    def submit(self, job: ClipJob, every: int, max_seconds: float | None, lang: Language) -> None:
        """Let a job wait, whose upload is complete, and give its lock back."""
        state = job.state() or ClipState("arriving", time.time())
        state = replace(state, every=every, max_seconds=max_seconds, lang=lang.value)
        job.put(replace(state, status="waiting"))
        job.leave()

    def claim(self) -> ClipJob | None:
        """The job that has waited longest, as running and with its lock held; None without one."""
        for job, state in self._active():
            if state.status == "waiting" and job.take():
                state = job.state() or state  # it may have changed before
                if state.status == "waiting" and not job.canceled:
                    job.put(replace(state, status="running"))
                    return job
                job.leave()
        return None

    def find(self, name: str) -> tuple[ClipJob, ClipState]:
        """A job by its id, with its state.

        Raises:
            Refusal: there is no such job, or none any more.
        """
        if ID.fullmatch(name):
            job = ClipJob(self._folder / name)
            self._mend(job)
            state = job.state()
            if state is not None and state.status != "arriving":
                return job, state
        raise Refusal(NO_JOB, "there is no such job: it was deleted after its time, or never was")

    def before(self, state: ClipState) -> int:
        """How many jobs are read or wait before one."""
        ahead = [s for _, s in self._active() if s.status in ("waiting", "running")]
        return sum(other.created < state.created for other in ahead)

    def sweep(self) -> None:
        """Delete what has had its time; note of jobs whose process was killed that they failed."""
        for job, _ in self._active():
            self._mend(job)
        now = time.time()
        for job in self._jobs():
            if job.state() is None and now - job.changed() > LEFT_S and job.take():
                job.delete()  # its process was killed while it began, or deleted it
        found = self._states(self._jobs())
        kept = [(job, state) for job, state in found if state.ended is not None]
        kept.sort(key=lambda each: each[1].ended or 0)
        total = sum(job.size() for job, _ in kept)
        for job, state in kept:
            old = now - (state.ended or 0) > self._limits.keep_s
            if (old or total > self._limits.bytes) and job.take():
                total -= job.size()
                job.delete()

    def kept_s(self, state: ClipState) -> float | None:
        """Seconds until a job is deleted; None for one that has not ended."""
        if state.ended is None:
            return None
        return round(max(0.0, state.ended + self._limits.keep_s - time.time()), 1)

    def _mend(self, job: ClipJob) -> None:
        """Bring a job to the end that was asked for, or that its process did not come to."""
        state = job.state()
        waits = state is not None and state.status == "waiting" and not job.canceled
        if state is None or state.status in ENDED or waits or not job.take():
            return
        state = job.state()  # it may have changed before
        if state is not None and state.status == "arriving":
            job.delete()
            return
        if state is not None and state.status == "running":
            job.end("failed", INTERNAL.code, LEFT)
        elif state is not None and state.status == "waiting":
            job.end("canceled")
        job.leave()

    def _jobs(self) -> list[ClipJob]:
        return [ClipJob(path) for path in self._folder.iterdir() if ID.fullmatch(path.name)]

    def _active(self) -> list[tuple[ClipJob, ClipState]]:
        """Each job that has not ended, with its state, the oldest first."""
        return self._states([job for job in self._jobs() if job.upload.exists()])

    def _states(self, jobs: Iterable[ClipJob]) -> list[tuple[ClipJob, ClipState]]:
        found = [(job, state) for job in jobs if (state := job.state()) is not None]
        return sorted(found, key=lambda each: each[1].created)
