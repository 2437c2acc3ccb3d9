"""A clip: sent to the service, read there, and shown with its signs."""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

import pandas as pd
import streamlit as st

from ui.client import Answer, Service, ServiceError, in_a_sentence
from ui.language import language, number, recognized, say
from ui.served import versions
from ui.timeline import clock, show_timeline

# What the browser offers, and what is sent as a clip; FFmpeg decides.
SUFFIXES = (
    "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "mts", "m2ts", "3gp", "wmv",
    "flv",
)  # fmt: skip
MAX_MIB = 190  # of a clip: with the rest of the form below the 200 MB of SIGNS_MAX_CLIP_MB
POLL_S = 0.7  # between two looks at how far the service is
FINAL = ("done", "failed", "canceled")
STOPPED = re.compile(r"stopped after (\d+(?:\.\d+)?) s")  # what the service says of such a clip
BAD_CLIP = "bad_clip"  # the code of a clip that would fail again
KEPT = "clips"  # in the session, by address, models and upload


@dataclass(frozen=True)
class DroppedClip:
    """A clip to ask the service about.

    Attributes:
        name: of its file.
        content: of the file.
        key: differs from that of any other upload.
    """

    name: str
    content: BinaryIO
    key: str


def is_clip(name: str) -> bool:
    """Whether a file of a name is a clip."""
    return name.lower().rpartition(".")[2] in SUFFIXES


def show_clips(service: Service, served: Answer, dropped: Sequence[DroppedClip]) -> bool:
    """Show the answer for a clip; of several, for the one that the visitor chooses.

    Args:
        served: the description of what the service runs.

    Returns:
        Whether there is an answer.
    """
    clips = {f"{service.url} {versions(served)} {clip.key}": clip for clip in dropped}
    kept: dict[str, Answer] = st.session_state.setdefault(KEPT, {})
    for key in [key for key in kept if key not in clips]:
        _leave(service, kept.pop(key))
    if not clips:
        return False
    key = next(iter(clips))
    if len(clips) > 1:
        key = st.selectbox(say("clip.choose"), list(clips), format_func=lambda key: clips[key].name)
    for other in kept.keys() - {key}:
        kept[other].pop("drawn", None)  # megabytes, that the service still has
    try:
        _show(service, served, clips[key], kept.setdefault(key, {}))
    except ServiceError as error:
        st.error(str(error))
        st.button(say("app.again"), icon=":material/refresh:", key="clip-again")
    return "answer" in kept[key]


def _leave(service: Service, clip: Answer) -> None:
    """Let the service stop with a clip that the visitor took away."""
    if "job" in clip and "status" not in clip:
        with suppress(ServiceError):  # it is not read then
            service.cancel_clip(clip["job"])


def _show(service: Service, served: Answer, dropped: DroppedClip, clip: Answer) -> None:
    """Bring a clip one step further.

    Args:
        clip: what is known of it: "job", then "status" of its end, then "answer" and "drawn".
    """
    if "job" not in clip:
        with st.spinner(say("clip.sending")):
            clip["job"] = service.begin_clip(dropped.content, language())
    if "status" not in clip:
        _watch(service, clip)
        return
    status = clip["status"]
    read = status["status"] != "failed" and status["read_s"] is not None
    if read and "drawn" not in clip:
        with st.spinner(say("clip.fetching")):
            clip["answer"] = service.clip_signs(clip["job"])
            clip["drawn"] = service.drawn_clip(clip["job"])
    if read:
        _show_signs(served, dropped.name, clip)
        return
    if status["status"] == "failed":
        st.error(in_a_sentence({"error": status["error"]}))
        if status["error"]["code"] == BAD_CLIP:
            return
    else:
        st.info(say("clip.nothing_read"))
    st.button(say("clip.send_again"), icon=":material/refresh:", on_click=clip.clear)


@st.fragment(run_every=POLL_S)
def _watch(service: Service, clip: Answer) -> None:
    """Show how far the service is, until it has finished."""
    try:
        status = service.clip_status(clip["job"])
    except ServiceError as error:
        st.error(str(error))
        if error.status:  # the service answers, and has no such job any more
            st.button(say("clip.send_again"), icon=":material/refresh:", on_click=clip.clear)
        return
    if status["status"] in FINAL:
        clip["status"] = status
        st.rerun()
    stopping = bool(clip.get("stopping"))
    text = say("clip.stopping") if stopping else progress_text(status)
    st.progress(status["progress"] or 0.0, text)
    st.button(
        say("clip.stop"),
        icon=":material/stop_circle:",
        help=say("clip.stop_help"),
        disabled=stopping,
        on_click=_stop,
        args=(service, clip),
    )


def _stop(service: Service, clip: Answer) -> None:
    try:
        service.cancel_clip(clip["job"])
        clip["stopping"] = True
    except ServiceError as error:
        st.error(str(error))


def progress_text(status: Answer) -> str:
    """How far a clip is, and how long the rest will take."""
    if status["status"] == "waiting":
        before = status["before"]
        return say("clip.waiting_for", count=before) if before else say("clip.waiting")
    if status["read_s"] is None:
        return say("clip.starting")
    read, whole, left = clock(status["read_s"]), status["duration_s"], status["left_s"]
    said = (
        say("clip.read_of", read=read, whole=clock(whole)) if whole else say("clip.read", read=read)
    )
    return said if left is None else say("clip.left", progress=said, time=_words(left))


def _words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _show_signs(served: Answer, name: str, clip: Answer) -> None:
    answer = clip["answer"]
    count = sum(sign["recognized"] for sign in answer["signs"])
    st.subheader(recognized(count), anchor=False)
    if answer["error"]:
        st.warning(cut_text(answer["error"]), icon=":material/content_cut:")
    player, beside = st.columns([3, 2])
    with player:
        st.video(clip["drawn"], autoplay=True, muted=True)
    with beside:
        if answer["signs"]:
            show_timeline(answer, shown_seconds(answer, clip["status"]))
        else:
            st.info(say("clip.nothing"))
    if len(answer["signs"]) > count:
        others = len(answer["signs"]) - count
        st.caption(say("sign.gray", count=others, classes=len(served["classes"])))
    _show_downloads(name, clip)
    st.caption(say("clip.model", model=answer["model_version"]))


def cut_text(error: str) -> str:
    """Why a clip was not read to its end.

    Args:
        error: as the service says it.
    """
    stopped = STOPPED.fullmatch(error)
    if stopped is None:
        return say("clip.cut", error=error)
    return say("clip.stopped", seconds=number(float(stopped[1]), 1))


def shown_seconds(answer: Answer, status: Answer) -> float:
    """How long the drawn clip is, about."""
    whole = answer["duration_s"] if answer["error"] is None else None
    last = max((sign["last_s"] for sign in answer["signs"]), default=0.0)
    return float(max(whole or status["read_s"] or 0.0, last))


def _show_downloads(name: str, clip: Answer) -> None:
    stem = name.rpartition(".")[0] or name
    text = json.dumps({"path": name} | clip["answer"], indent=2)
    table = pd.DataFrame(clip_rows(name, clip["answer"])).to_csv(index=False)
    with st.container(horizontal=True):
        for label, content, suffix, kind in (
            (say("clip.choose"), clip["drawn"], "mp4", "video/mp4"),
            ("JSON", text, "json", "application/json"),
            ("CSV", table, "csv", "text/csv"),
        ):
            st.download_button(
                label,
                content,
                f"{stem}-signs.{suffix}",
                kind,
                icon=":material/download:",
                on_click="ignore",
            )


def clip_rows(name: str, answer: Answer) -> list[dict[str, Any]]:
    """A row for each sign, with the columns of `signs track --csv`."""
    head = ("width", "height", "fps", "duration_s", "model_version")
    whole = {"path": name} | {key: answer[key] for key in head}
    signs = [{k: v for k, v in sign.items() if k != "german"} for sign in answer["signs"]]
    rows = [whole | sign | {"frames": len(sign["frames"])} for sign in signs]
    return [row | {"error": answer["error"] or ""} for row in rows or [whole]]
