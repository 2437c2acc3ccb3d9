"""The first tab: images in, answers out."""

import re
from io import BytesIO

import streamlit as st

from signs.catalog.gtsrb import GTSRB
from ui.client import Answer, Service, ServiceError
from ui.clip import MAX_MIB, SUFFIXES, DroppedClip, is_clip, show_clips
from ui.gallery import Shows, leave_gallery, show_gallery
from ui.images import TYPES, Picture, sample
from ui.kinds import glance, is_crop
from ui.language import say, translated
from ui.many import show_many
from ui.one import KEPT_S, show_one
from ui.scene import show_scene
from ui.served import finds_signs, show_trust, versions

UPLOAD, CAMERA, SAMPLES = "Upload", "Camera", "Samples"
SOURCES = {UPLOAD: "kind.upload", CAMERA: "kind.camera", SAMPLES: "kind.samples"}
QUICK = (14, 1, 13, 25)  # stop, 30, yield, road works
ROAD, SIGN = "A road", "One sign"  # what a picture shows
SHOWN = {ROAD: "kind.road", SIGN: "kind.sign"}
SAMPLE_KEY = "sample"
LIMIT = re.compile(r"\((\d+ km/h)\)")  # in the name of a speed limit: short enough for a button
PICTURE_BYTES = 31_000_000  # with the rest of the form below the 32 MB of SIGNS_MAX_BODY_MB


def show_recognize(service: Service, served: Answer, problem: str) -> None:
    """Ask for images, and show what the service answers.

    Args:
        served: the description of what the service runs; empty where it never answered.
        problem: why the service does not answer; "" where it does.
    """
    source = st.segmented_control(
        say("kind.source"),
        list(SOURCES),
        default=UPLOAD,
        required=True,
        format_func=lambda source: say(SOURCES[source]),
        key="source",
    )
    clips: list[DroppedClip] = []
    if source == CAMERA:
        pictures = _photographed()
    elif source == SAMPLES:
        pictures = _drawn()
    else:
        pictures, clips = _uploaded(served)
    answered = show_clips(service, served, clips)
    if len(pictures) == 1:
        _show(service, served, pictures[0])
    elif pictures:
        show_many(service, served, pictures)
    elif answered:
        show_trust(served, scene=True)
    elif problem and not clips:
        st.error(problem)


def _show(service: Service, served: Answer, picture: Picture) -> None:
    """Show the answer for a picture, as a crop or as a scene; the visitor may choose the other."""
    if not finds_signs(served) or picture.drawn:
        show_one(service, served, picture)
        return
    try:
        found = _kind(service.url, versions(served), picture.data)
    except ServiceError as error:
        st.error(str(error))
        return
    chosen = st.segmented_control(
        say("kind.shows"),
        list(SHOWN),
        default=found,
        required=True,
        format_func=lambda kind: say(SHOWN[kind]),
        key=f"kind-{picture.key}",
    )
    show = show_scene if chosen == ROAD else show_one
    show(service, served, picture)


@st.cache_data(max_entries=64, ttl=KEPT_S, show_spinner=False)
def _kind(url: str, version: str, data: bytes) -> str:
    small = glance(data)
    return SIGN if small is None or is_crop(Service(url).detect(small)) else ROAD


def _uploaded(served: Answer) -> tuple[list[Picture], list[DroppedClip]]:
    """What the visitor has uploaded, or the sample in its place: pictures, and clips."""
    files = st.file_uploader(
        say("kind.files"),
        type=[*TYPES, *SUFFIXES],
        accept_multiple_files=True,
        max_upload_size=MAX_MIB,
        key="files",
    )
    if not files:
        st.caption(say("kind.finds_out"))
        return _sample(served)
    leave_gallery()
    clips = [DroppedClip(file.name, file, file.file_id) for file in files if is_clip(file.name)]
    pictures = []
    for file in files:
        if file.size > PICTURE_BYTES and not is_clip(file.name):
            size = f"{PICTURE_BYTES / 1e6:.0f}"
            st.error(say("kind.too_large", name=file.name, size=size))
        elif not is_clip(file.name):
            pictures.append(Picture(file.name, file.getvalue(), file.file_id))
    return pictures, clips


def _sample(served: Answer) -> tuple[list[Picture], list[DroppedClip]]:
    chosen = show_gallery(served)
    if chosen is None:
        return [], []
    if chosen.shows is Shows.DRIVE:
        return [], [DroppedClip(chosen.name, BytesIO(chosen.data), chosen.name)]
    return [Picture(chosen.name, chosen.data, chosen.name)], []


def _photographed() -> list[Picture]:
    shot = st.camera_input(say("kind.photograph"), key="shot")
    return [Picture("photo.jpg", shot.getvalue(), shot.file_id)] if shot else []


def _drawn() -> list[Picture]:
    with st.container(horizontal=True):
        for class_id in QUICK:
            name = translated(GTSRB.names[class_id])
            limit = LIMIT.search(name)
            with st.container(width=124):
                st.image(sample(class_id), width=96, alt=say("kind.drawing", name=name))
                st.button(
                    limit[1] if limit else name,
                    key=f"quick-{class_id}",
                    width=112,
                    on_click=_choose,
                    args=(class_id,),
                )
    chosen: int | None = st.selectbox(
        say("kind.any", count=len(GTSRB)),
        range(len(GTSRB)),
        index=None,
        key=SAMPLE_KEY,
        placeholder=say("kind.type"),
        format_func=lambda class_id: (
            f"{translated(GTSRB.names[class_id])} ({GTSRB.numbers[class_id]})"
        ),
    )
    if chosen is None:
        return []
    return [Picture(f"{GTSRB.names[chosen]}.png", sample(chosen), f"sample-{chosen}", drawn=True)]


def _choose(class_id: int) -> None:
    st.session_state[SAMPLE_KEY] = class_id
