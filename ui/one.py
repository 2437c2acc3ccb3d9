"""One image and its answer."""

from textwrap import wrap

import altair as alt
import pandas as pd
import streamlit as st
from streamlit_cropper import st_cropper

from ui.client import Answer, Service, ServiceError
from ui.images import Picture, PictureError, as_png, cut, drawing, view
from ui.language import name_of, number, percent, say
from ui.served import show_trust, versions

CROP_SIZE, CROP_SIZE_ON_PHONES = (680, 600), (320, 400)  # pixels at most
LABEL_WIDTH, LABEL_LETTERS = 190, 31  # pixels of the labels beside the bars; letters of a line
AXIS, BAR, LINE = 72, 12, 14  # pixels of the chart's height: below the bars, of each, of a line
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
        if _can_be_shown(data) and st.toggle(say("one.crop"), key=f"crop-{picture.key}"):
            data = _cropped(picture)
        with above, st.spinner(say("one.recognizing")):
            answer = _predict(service.url, version, data)
            _show_answer(data, picture.name, answer)
            show_trust(served, scene=False)
        if st.toggle(say("one.looked"), key=f"explain-{picture.key}"):
            with st.spinner(say("one.covering")):
                looked = _explain(service.url, version, data)
            _show_explanation(looked)
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


@st.cache_data(max_entries=64, ttl=KEPT_S, show_spinner=False)
def _explain(url: str, version: str, data: bytes) -> bytes:
    return Service(url).explain(data)


def _show_answer(data: bytes, name: str, answer: Answer) -> None:
    first = answer["classes"][0]
    called = name_of(first)
    if not answer["recognized"]:
        st.warning(say("one.not_recognized"), icon=":material/help:")
    with st.container(horizontal=True):
        with st.container(width=150):
            alt_text = say("one.image_alt", name=name)
            st.image(_shown(data), width=140, caption=say("one.image"), alt=alt_text)
        if (drawn := drawing(first["name"])) is not None:
            with st.container(width=150):
                st.image(
                    drawn,
                    width=140,
                    caption=say("one.sign") if answer["recognized"] else say("one.guess"),
                    alt=say("sign.drawn", name=called),
                )
        with st.container(width=310):
            said = called if answer["recognized"] else say("one.guessed", name=called)
            st.subheader(said, anchor=False)
            st.markdown(say("one.stvo", stvo=first["stvo"]))
            st.metric(say("sign.confidence"), percent(first["probability"], 1))
    _show_guesses(answer)


def _show_guesses(answer: Answer) -> None:
    guesses = pd.DataFrame(answer["classes"])
    guesses["name"] = [name_of(guess) for guess in answer["classes"]]
    shares = [percent(guess["probability"], 1) for guess in answer["classes"]]
    said = "; ".join(map(" ".join, zip(guesses["name"], shares, strict=True)))
    lines = ["\n".join(wrap(name, LABEL_LETTERS)) for name in guesses["name"]]
    height = AXIS + len(lines) * (BAR + LINE * max(text.count("\n") + 1 for text in lines))
    bars = alt.Chart(guesses.assign(lines=lines), height=height).mark_bar()
    st.altair_chart(
        bars.encode(
            alt.X("probability", title=say("one.axis"), scale=alt.Scale(domain=(0, 1))).axis(
                format="%", tickCount=5
            ),
            alt.Y("lines", title=None, sort=None).axis(
                labelExpr="split(datum.label, '\\n')", labelLimit=LABEL_WIDTH, labelOverlap=False
            ),
        ),
        alt=say("one.chart", guesses=said),
    )
    with st.expander(say("one.details")):
        st.dataframe(
            guesses[["name", "stvo", "class_id", "probability"]],
            hide_index=True,
            alt=say("one.table", guesses=said),
            column_config={
                "name": say("sign.name"),
                "stvo": say("sign.stvo"),
                "class_id": say("one.class"),
                "probability": st.column_config.NumberColumn(say("sign.confidence"), format="%.4f"),
            },
        )
        st.caption(
            say(
                "one.about",
                known=percent(answer["known"], 1),
                model=answer["model_version"],
                decode_ms=number(answer["decode_ms"], 1),
                inference_ms=number(answer["inference_ms"], 1),
            )
        )


def _show_explanation(looked: bytes) -> None:
    st.image(looked, width="stretch", alt=say("one.explained"))
    st.caption(say("one.bright"))


def on_phone() -> bool:
    """Whether the browser says so; Streamlit does not tell the width that the box needs."""
    return "Mobi" in st.context.headers.get("user-agent", "")


def _cropped(picture: Picture) -> bytes:
    """The part of an image inside the box that the visitor draws."""
    st.caption(say("one.drag"))
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
