"""A worker's thread that works off the clips that wait, one at a time."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from signs.catalog.language import Language
from signs.serving.clips import process as process_module
from signs.serving.clips.assignment import Assignment, Report
from signs.serving.clips.job import ClipJob
from signs.serving.clips.store import LEFT, ClipStore
from signs.serving.refusals import BAD_CLIP, INTERNAL
from signs.serving.settings import Settings
from signs.serving.telemetry import TaskCounts, telemetry

ROOT = Path(__file__).parents[3]
LOOK_S = 0.2  # between two looks at what waits, and at whether to stop
SWEEP_S = 5.0  # between two looks at what is to be deleted
TOO_LONG = "reading the clip took longer than {:g} s: send a part of it, or set every"
KILLED = (
    "the process that read the clip was killed: it may need too much memory or disk, or be broken"
)

logger = logging.getLogger("bentoml.signs")


def start_clip_worker(store: ClipStore, settings: Settings) -> "ClipWorker":
    """The worker of this process, at work. A detector must be set."""
    detector = settings.detector
    assert detector is not None

    def assign(job: ClipJob) -> Assignment:
        state = job.state()
        assert state is not None  # who has claimed a job alone may delete it
        return Assignment(
            folder=job.folder,
            model=settings.model,
            detector=detector,
            threads=settings.batch_threads,
            every=state.every,
            max_seconds=state.max_seconds,
            lang=Language(state.lang),
            limit_s=settings.max_clip_s,
            limit_pixels=int(settings.max_clip_megapixels * 1e6),
            limit_bytes=settings.max_clip,
        )

    worker = ClipWorker(store, assign, settings.clip_work_s, telemetry().of("track"))
    worker.start()
    return worker


class ClipWorker:
    """Takes jobs from the store while the worker lives.

    Args:
        store: of the jobs.
        assign: what to do with a job.
        work_s: seconds that reading one clip may take.
        counts: of the task.
    """

    def __init__(
        self,
        store: ClipStore,
        assign: Callable[[ClipJob], Assignment],
        work_s: float,
        counts: TaskCounts,
    ) -> None:
        self._store, self._assign = store, assign
        self._work_s, self._counts = work_s, counts
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and the clip that is read with it; call it when the worker ends."""
        self._stopped.set()
        self._thread.join(process_module.GRACE_S)

    def _work(self) -> None:
        swept = 0.0
        while not self._stopped.wait(LOOK_S):
            try:
                if time.monotonic() - swept > SWEEP_S:
                    self._store.sweep()
                    swept = time.monotonic()
                if (job := self._store.claim()) is not None:
                    self._read(job)
            except Exception:  # such as a full disk: the next one may go well
                logger.exception("a clip could not be read")
                self._stopped.wait(SWEEP_S)

    def _read(self, job: ClipJob) -> None:
        """Let a process read a clip, and note how that ended."""
        try:
            refused = self._run(job)
            if job.canceled:
                job.end("canceled")
            elif refused is not None:
                job.end("failed", BAD_CLIP.code, refused)
            elif self._stopped.is_set():
                job.end("failed", INTERNAL.code, LEFT)
            elif not job.result.exists():
                job.end("failed", INTERNAL.code, KILLED)
            else:
                job.end("done")
        except BaseException:
            job.end("failed", INTERNAL.code, KILLED)
            raise
        finally:
            job.leave()

    def _run(self, job: ClipJob) -> str | None:
        """Run the process to its end.

        Returns:
            Why there is no result, where that is the clip's or a limit's fault.
        """
        places = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(places)}
        command = [sys.executable, "-m", process_module.__name__]
        running = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )
        assert running.stdin is not None
        with running:
            refused: list[str] = []
            reports = threading.Thread(target=self._take, args=(running, refused), daemon=True)
            reports.start()
            with suppress(BrokenPipeError):
                running.stdin.write(self._assign(job).model_dump_json() + "\n")
                running.stdin.flush()
            late, end = False, time.monotonic() + self._work_s
            while running.poll() is None and not late:
                late = time.monotonic() > end
                if job.canceled:
                    _end(running)
                elif late or self._stopped.wait(LOOK_S):
                    running.kill()
                    running.wait()
            reports.join()
        if late:
            return TOO_LONG.format(self._work_s)
        return refused[0] if refused else None

    def _take(self, running: "subprocess.Popen[str]", refused: list[str]) -> None:
        """Count what the process reports."""
        for line in running.stdout or ():
            try:
                report = Report.model_validate_json(line)
            except ValidationError:  # it was killed in the middle of a line
                continue
            for seconds in report.inference_s:
                self._counts.inference.observe(seconds)
            for probability, known in report.signs:
                self._counts.confidence.observe(probability)
                self._counts.known.observe(known)
            if report.refused is not None:
                refused.append(report.refused)


def _end(running: "subprocess.Popen[str]") -> None:
    """Let a process finish what it has, and kill it where it does not."""
    assert running.stdin is not None
    with suppress(BrokenPipeError):
        running.stdin.close()
    try:
        running.wait(process_module.GRACE_S)
    except subprocess.TimeoutExpired:
        running.kill()
