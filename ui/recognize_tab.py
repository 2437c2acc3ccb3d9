"""The first tab: images in, answers out."""

import streamlit as st

from signs.catalog.gtsrb import GTSRB
from ui.client import Service
from ui.images import TYPES, Picture, sample
from ui.many import show_many
from ui.one import show_one

UPLOAD, CAMERA, SAMPLES = "Upload", "Camera", "Samples"
QUICK = (14, 1, 13, 25)  # stop, 30, yield, road works
SAMPLE_KEY = "sample"


def show_recognize(service: Service, version: str, problem: str) -> None:
    """Ask for images, and show what the service answers.

    Args:
        version: of the model that the service runs.
        problem: why the service does not answer; "" where it does.
    """
    source = st.segmented_control(
        "Image source", [UPLOAD, CAMERA, SAMPLES], default=UPLOAD, required=True
    )
    pictures = {UPLOAD: _uploaded, CAMERA: _photographed, SAMPLES: _drawn}[source or UPLOAD]()
    if len(pictures) == 1:
        show_one(service, version, pictures[0])
    elif pictures:
        show_many(service, version, pictures)
    elif problem:
        st.error(problem)


def _uploaded() -> list[Picture]:
    files = st.file_uploader(
        "Images that each show one sign with a narrow border around it",
        type=TYPES,
        accept_multiple_files=True,
    )
    if not files:
        st.caption("Whole photos work too: upload one, then crop it to the sign.")
    return [Picture(file.name, file.getvalue(), file.file_id) for file in files]


def _photographed() -> list[Picture]:
    shot = st.camera_input("Center the sign, and get so close that it fills half of the image")
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
    return [Picture(f"{GTSRB.names[chosen]}.png", sample(chosen), f"sample-{chosen}")]


def _choose(class_id: int) -> None:
    st.session_state[SAMPLE_KEY] = class_id
