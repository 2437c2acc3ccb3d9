"""The first tab: images in, answers out."""

import streamlit as st

from signs.catalog.gtsrb import GTSRB
from ui.client import Answer, Service, ServiceError
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


def show_recognize(service: Service, served: Answer, problem: str) -> None:
    """Ask for images, and show what the service answers.

    Args:
        served: the description of what the service runs; empty where it never answered.
        problem: why the service does not answer; "" where it does.
    """
    source = st.segmented_control(
        "Image source", [UPLOAD, CAMERA, SAMPLES], default=UPLOAD, required=True
    )
    pictures = {UPLOAD: _uploaded, CAMERA: _photographed, SAMPLES: _drawn}[source or UPLOAD]()
    if len(pictures) == 1:
        _show(service, served, pictures[0])
    elif pictures:
        show_many(service, served, pictures)
    elif problem:
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


def _uploaded() -> list[Picture]:
    files = st.file_uploader(
        "Photos of roads, or images that each show one sign",
        type=TYPES,
        accept_multiple_files=True,
    )
    if not files:
        st.caption("One picture or many: the page finds out which of them show a single sign.")
    return [Picture(file.name, file.getvalue(), file.file_id) for file in files]


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
