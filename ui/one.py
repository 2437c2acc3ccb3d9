"""One image and its answer."""

import altair as alt
import pandas as pd
import streamlit as st
from streamlit_cropper import st_cropper

from ui.client import Answer, Service, ServiceError
from ui.images import Picture, PictureError, as_png, cut, drawing, view
from ui.served import show_trust, versions

CROP_SIZE, CROP_SIZE_ON_PHONES = (680, 600), (320, 400)  # pixels at most
LABEL_WIDTH = 170  # pixels, beside the bars
SHOWN = 340  # pixels of an image beside its answer
KEPT_S = 600  # seconds that an answer is cached, so that other clicks ask nothing
FIRST_BOX = 0.9  # of the image's sides, in the middle: what nearly fills the image stays whole


def show_one(service: Service, served: Answer, picture: Picture) -> None:
    """Show the answer for an image, or for a part of it, and what it depends on.

    Args:
        served: the description of what the service runs.
    """
    above = st.container()
    version = versions(served)
    data = picture.data
    try:
        if _can_be_shown(data) and st.toggle("Crop to the sign", key=f"crop-{picture.key}"):
            data = _cropped(picture)
        with above, st.spinner("Recognizing"):
            answer = _predict(service.url, version, data)
            _show_answer(data, picture.name, answer)
            show_trust(served)
        if st.toggle("Show where the model looked", key=f"explain-{picture.key}"):
            _show_explanation(_explain(service.url, version, data))
    except (ServiceError, PictureError) as error:
        above.error(str(error))


def _can_be_shown(data: bytes) -> bool:
    try:
        _shown(data)
    except PictureError:
        return False
    return True


@st.cache_data(max_entries=64, ttl=KEPT_S, show_spinner=False)
def _predict(url: str, version: str, data: bytes) -> Answer:
    return Service(url).predict(data)


@st.cache_data(max_entries=64, ttl=KEPT_S, show_spinner="Covering the image piece by piece")
def _explain(url: str, version: str, data: bytes) -> bytes:
    return Service(url).explain(data)


def _show_answer(data: bytes, name: str, answer: Answer) -> None:
    first = answer["classes"][0]
    if not answer["recognized"]:
        st.warning(
            "**Not recognized.** The image may show no sign, a sign that the model does not know, "
            "or one that is too small or unclear. Crop it so that the whole sign nearly fills it. "
            "The answers below are guesses.",
            icon=":material/help:",
        )
    with st.container(horizontal=True):
        with st.container(width=150):
            st.image(_shown(data), width=140, caption="Your image", alt=f"Your image, {name}")
        if (drawn := drawing(first["name"])) is not None:
            with st.container(width=150):
                st.image(
                    drawn,
                    width=140,
                    caption="The sign" if answer["recognized"] else "Best guess",
                    alt=f"Drawing of the sign: {first['name']}",
                )
        with st.container(width=260):
            said = first["name"] if answer["recognized"] else f"Best guess: {first['name']}"
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
        alt=f"Bar chart of the best guesses: {said}",
    )
    with st.expander("Details"):
        st.dataframe(
            guesses[["name", "stvo", "class_id", "probability"]],
            hide_index=True,
            alt=f"Table of the best guesses: {said}",
            column_config={
                "name": "Sign",
                "stvo": "StVO",
                "class_id": "Class",
                "probability": st.column_config.NumberColumn("Confidence", format="%.4f"),
            },
        )
        st.caption(
            f"Probability that the image shows one of the model's signs: {answer['known']:.1%}. "
            f"Model `{answer['model_version']}`: {answer['decode_ms']:.1f} ms to decode the image, "
            f"{answer['inference_ms']:.1f} ms in the model."
        )


def _show_explanation(looked: bytes) -> None:
    st.image(
        looked,
        width="stretch",
        alt="Your image, and a copy that is bright where covering it changes the answer",
    )
    st.caption("Bright areas matter most: when one is covered, the model becomes less certain.")


def on_phone() -> bool:
    """Whether the browser says so; Streamlit does not tell the width that the box needs."""
    return "Mobi" in st.context.headers.get("user-agent", "")


def _cropped(picture: Picture) -> bytes:
    """The part of an image inside the box that the visitor draws."""
    st.caption("Drag the box and its corners until the sign nearly fills it.")
    shown = view(picture.data, *(CROP_SIZE_ON_PHONES if on_phone() else CROP_SIZE))
    margin_x, margin_y = (side * (1 - FIRST_BOX) / 2 for side in shown.size)
    box = st_cropper(
        shown,
        box_color="#d1121c",
        return_type="box",
        should_resize_image=False,
        default_coords=(
            int(margin_x),
            int(shown.width - margin_x),
            int(margin_y),
            int(shown.height - margin_y),
        ),
        key=f"box-{picture.key}",
    )
    right, bottom = box["left"] + box["width"], box["top"] + box["height"]
    return cut(
        picture.data,
        (
            box["left"] / shown.width,
            box["top"] / shown.height,
            right / shown.width,
            bottom / shown.height,
        ),
    )


@st.cache_data(max_entries=64, ttl=KEPT_S, show_spinner=False)
def _shown(data: bytes) -> bytes:
    """The image as a PNG file for the browser, whatever its format."""
    return as_png(view(data, SHOWN, SHOWN))
