"""One picture and its answer."""

from dataclasses import dataclass

import altair as alt
import pandas as pd
import streamlit as st
from PIL import ImageOps
from streamlit_cropper import st_cropper

from ui.client import Answer, Service, ServiceError
from ui.pictures import as_png, cut, drawing, upright

CROP_WIDTH, CROP_HEIGHT = 320, 400  # pixels at most: it fits a phone
LABEL_WIDTH = 170  # pixels, beside the bars
FIRST_BOX = 0.6  # of the picture's sides, in the middle


@dataclass(frozen=True)
class Picture:
    """A picture to ask for.

    Attributes:
        name: of its file.
        data: the file.
        key: unlike that of any other upload.
    """

    name: str
    data: bytes
    key: str


def show_one(service: Service, picture: Picture) -> None:
    """The answer for a picture, or for a part of it, and where it comes from."""
    with st.spinner("Asking the service"):
        answer = _ask(service, picture.data)
    if answer is None:
        return
    data = picture.data
    above = st.container()
    if st.toggle("Crop the picture to the sign", key=f"crop-{picture.key}"):
        data = _cropped(picture)
        answer = _ask(service, data)
        if answer is None:
            return
    with above:
        _show_answer(data, picture.name, answer)
    if st.toggle("Show where it looked", key=f"explain-{picture.key}"):
        _show_explanation(service, data)


def _ask(service: Service, data: bytes) -> Answer | None:
    try:
        return service.predict(data)
    except ServiceError as error:
        st.error(str(error))
        return None


def _show_answer(data: bytes, name: str, answer: Answer) -> None:
    first = answer["classes"][0]
    if not answer["recognized"]:
        st.warning(
            "**Not recognised.** The picture may show none of the 43 signs, or show one too small "
            "or too unclear. Crop it closer, so that the sign nearly fills it. "
            "What follows are guesses.",
            icon=":material/help:",
        )
    with st.container(horizontal=True):
        with st.container(width=150):
            st.image(_shown(data), width=140, caption="Your picture", alt=f"Your picture, {name}")
        with st.container(width=150):
            st.image(
                drawing(first["class_id"]),
                width=140,
                caption="The sign" if answer["recognized"] else "The first guess",
                alt=f"Drawing of the sign: {first['name']}",
            )
        with st.container(width=260):
            said = first["name"] if answer["recognized"] else f"Perhaps: {first['name']}"
            st.subheader(said, anchor=False)
            st.markdown(f"StVO sign {first['stvo']}")
            st.metric("Confidence", f"{first['probability']:.1%}")
    _show_guesses(answer)


def _show_guesses(answer: Answer) -> None:
    guesses = pd.DataFrame(answer["classes"])
    said = "; ".join(f"{g['name']} {g['probability']:.1%}" for g in answer["classes"])
    bars = alt.Chart(guesses, height=150).mark_bar()
    st.altair_chart(
        bars.encode(
            alt.X("probability", title="confidence", scale=alt.Scale(domain=(0, 1))).axis(
                format="%", tickCount=5
            ),
            alt.Y("name", title=None, sort=None).axis(labelLimit=LABEL_WIDTH, labelOverlap=False),
        ),
        alt=f"Bar chart of the first three guesses: {said}",
    )
    with st.expander("Details"):
        st.dataframe(
            guesses[["name", "stvo", "class_id", "probability"]],
            hide_index=True,
            alt=f"Table of the first three guesses: {said}",
            column_config={
                "name": "Sign",
                "stvo": "StVO",
                "class_id": "Class",
                "probability": st.column_config.NumberColumn("Confidence", format="%.4f"),
            },
        )
        st.caption(
            f"That it is one of the 43 signs at all: {answer['known']:.1%}. Model "
            f"`{answer['model_version']}`, {answer['decode_ms']:.1f} ms to read the picture, "
            f"{answer['inference_ms']:.1f} ms in the model."
        )


def _show_explanation(service: Service, data: bytes) -> None:
    try:
        with st.spinner("Covering the picture piece by piece"):
            looked = service.explain(data)
    except ServiceError as error:
        st.error(str(error))
        return
    st.image(
        looked,
        width="stretch",
        alt="Your picture, and beside it the same, bright where covering it changes the answer",
    )
    st.caption("Bright: the answer rests on this place. Covered there, it becomes less certain.")


def _cropped(picture: Picture) -> bytes:
    """What of a picture the person framed."""
    st.caption("Drag the box and its corners until the sign nearly fills it.")
    view = upright(picture.data, max(CROP_WIDTH, CROP_HEIGHT))
    view = ImageOps.contain(view, (CROP_WIDTH, CROP_HEIGHT))
    margin_x, margin_y = (side * (1 - FIRST_BOX) / 2 for side in view.size)
    box = st_cropper(
        view,
        box_color="#d1121c",
        return_type="box",
        should_resize_image=False,
        default_coords=(
            int(margin_x),
            int(view.width - margin_x),
            int(margin_y),
            int(view.height - margin_y),
        ),
        key=f"box-{picture.key}",
    )
    left, top = max(0, box["left"]), max(0, box["top"])
    right = min(view.width, max(left + 2, box["left"] + box["width"]))
    bottom = min(view.height, max(top + 2, box["top"] + box["height"]))
    shares = (left / view.width, top / view.height, right / view.width, bottom / view.height)
    return cut(picture.data, shares)


def _shown(data: bytes) -> bytes:
    """The picture as the screen gets it: PNG, whatever format it came in."""
    small = upright(data, 340)
    small.thumbnail((340, 340))
    return as_png(small)
