"""The first tab: images in, answers out."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from signs.catalog.gtsrb import GTSRB
from ui.client import Answer, Service, ServiceError
from ui.clip import MAX_MIB, SUFFIXES, is_clip, show_clips
from ui.images import TYPES, Picture, sample
from ui.kinds import glance, is_crop
from ui.many import show_many
from ui.one import KEPT_S, show_one
from ui.scene import show_scene
from ui.served import finds_signs, versions

UPLOAD, CAMERA, SAMPLES = "Upload", "Camera", "Samples"
QUICK = (14, 1, 13, 25)  # stop, 30, yield, road works
ROAD, SIGN = "A road", "One sign"  # what a picture shows
SAMPLE_KEY = "sample"
PICTURE_BYTES = 31_000_000  # with the rest of the form below the 32 MB of SIGNS_MAX_BODY_MB


def show_recognize(service: Service, served: Answer, problem: str) -> None:
    """Ask for images, and show what the service answers.

    Args:
        served: the description of what the service runs; empty where it never answered.
        problem: why the service does not answer; "" where it does.
    """
    source = st.segmented_control(
        "Image source", [UPLOAD, CAMERA, SAMPLES], default=UPLOAD, required=True
    )
    clips: list[UploadedFile] = []
    if source == CAMERA:
        pictures = _photographed()
    elif source == SAMPLES:
        pictures = _drawn()
    else:
        pictures, clips = _uploaded()
    show_clips(service, served, clips)
    if len(pictures) == 1:
        _show(service, served, pictures[0])
    elif pictures:
        show_many(service, served, pictures)
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
        "The picture shows", [ROAD, SIGN], default=found, required=True, key=f"kind-{picture.key}"
    )
    show = show_scene if chosen == ROAD else show_one
    show(service, served, picture)


@st.cache_data(max_entries=64, ttl=KEPT_S, show_spinner=False)
def _kind(url: str, version: str, data: bytes) -> str:
    small = glance(data)
    return SIGN if small is None or is_crop(Service(url).detect(small)) else ROAD


def _uploaded() -> tuple[list[Picture], list[UploadedFile]]:
    """What the visitor has uploaded: pictures, and clips."""
    files = st.file_uploader(
        "Photos of roads, images that each show one sign, or clips of drives",
        type=[*TYPES, *SUFFIXES],
        accept_multiple_files=True,
        max_upload_size=MAX_MIB,
    )
    if not files:
        st.caption("One picture or many: the page finds out which of them show a single sign.")
    clips = [file for file in files if is_clip(file)]
    pictures = []
    for file in files:
        if file.size > PICTURE_BYTES and not is_clip(file):
            st.error(f"{file.name} is larger than {PICTURE_BYTES / 1e6:.0f} MB.")
        elif not is_clip(file):
            pictures.append(Picture(file.name, file.getvalue(), file.file_id))
    return pictures, clips


def _photographed() -> list[Picture]:
    shot = st.camera_input(
        "Photograph a road, or one sign so close that it fills half of the image"
    )
    return [Picture("photo.jpg", shot.getvalue(), shot.file_id)] if shot else []


def _drawn() -> list[Picture]:
    with st.container(horizontal=True):
        for class_id in QUICK:
            name = GTSRB.names[class_id]
            with st.container(width=110):
                st.image(sample(class_id), width=96, alt=f"Drawing: {name}")
                st.button(
                    name.replace("Speed limit ", "").strip("()"),
                    key=f"quick-{class_id}",
                    width=96,
                    on_click=_choose,
                    args=(class_id,),
                )
    chosen: int | None = st.selectbox(
        f"Or choose any of the {len(GTSRB)} signs",
        range(len(GTSRB)),
        index=None,
        key=SAMPLE_KEY,
        placeholder="Type a name or a number",
        format_func=lambda class_id: f"{GTSRB.names[class_id]} ({GTSRB.numbers[class_id]})",
    )
    if chosen is None:
        return []
    return [Picture(f"{GTSRB.names[chosen]}.png", sample(chosen), f"sample-{chosen}", drawn=True)]


def _choose(class_id: int) -> None:
    st.session_state[SAMPLE_KEY] = class_id
