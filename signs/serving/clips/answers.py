"""What the service answers for jobs."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from signs.serving import refusals
from signs.serving.clip_responses import ClipStatus
from signs.serving.clips.job import ClipJob, ClipState
from signs.serving.clips.store import ClipStore
from signs.serving.refusals import ErrorDetail, Refusal


def job_answers(store: ClipStore | None) -> dict[str, Callable[[Request], Response]]:
    """What answers for a job, by the route's path. They read files, and so want a thread each.

    Args:
        store: of the jobs; None where no job can be.
    """

    def stored() -> ClipStore:
        if store is None:
            raise refusals.no_detector()
        return store

    def status(request: Request) -> Response:
        return _json(status_of(stored(), request.path_params["id"]))

    def stop(request: Request) -> Response:
        return _json(cancel(stored(), request.path_params["id"]))

    def result(request: Request) -> Response:
        job = finished(stored(), request.path_params["id"])
        return FileResponse(job.result, media_type="application/json")

    def clip(request: Request) -> Response:
        job = finished(stored(), request.path_params["id"])
        return FileResponse(job.drawn, media_type="video/mp4")

    return {
        "/track/{id}": status,
        "/track/{id}/result": result,
        "/track/{id}/clip": clip,
        "/track/{id}/cancel": stop,
    }


def _json(status: ClipStatus) -> Response:
    return Response(status.model_dump_json(), media_type="application/json")


def status_of(store: ClipStore, name: str) -> ClipStatus:
    """How far a job is.

    Raises:
        Refusal: there is no such job.
    """
    job, state = store.find(name)
    return _status(store, job, state)


def cancel(store: ClipStore, name: str) -> ClipStatus:
    """Ask for the end of a job, again and again if need be; one that has ended stays as it is.

    Raises:
        Refusal: there is no such job.
    """
    job, state = store.find(name)
    if state.ended is None:
        job.cancel()
        job, state = store.find(name)
    return _status(store, job, state)


def finished(store: ClipStore, name: str) -> ClipJob:
    """A job that has a result, perhaps of a part of its clip.

    Raises:
        Refusal: there is no such job, or it has no result.
    """
    job, state = store.find(name)
    if state.status == "failed":
        kind = refusals.BAD_CLIP if state.code == refusals.BAD_CLIP.code else refusals.INTERNAL
        raise Refusal(kind, state.message)
    if state.ended is None:
        raise Refusal(refusals.NO_RESULT, f"the job has no result yet: it is {state.status}")
    if not job.result.exists():
        raise Refusal(refusals.NO_RESULT, "the job was canceled before it had a result")
    return job


def _status(store: ClipStore, job: ClipJob, state: ClipState) -> ClipStatus:
    assert state.status != "arriving"  # such jobs are not found
    progress = job.progress()
    share, left = progress.get("progress"), progress.get("left_s")
    return ClipStatus(
        id=job.id,
        status=state.status,
        before=store.before(state) if state.status == "waiting" else 0,
        progress=1.0 if state.status == "done" else share,
        read_s=progress.get("read_s"),
        duration_s=progress.get("duration_s"),
        left_s=left if state.ended is None else None,
        kept_s=store.kept_s(state),
        error=ErrorDetail(code=state.code, message=state.message) if state.code else None,
    )
