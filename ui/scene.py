"""A whole scene and its signs."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from ui.client import Answer, Service, ServiceError
from ui.columns import percent_column
from ui.images import (
    Picture,
    PictureError,
    as_png,
    cut_all,
    data_url,
    drawing,
    drawn_into,
)
from ui.kinds import is_found, shares
from ui.one import KEPT_S, on_phone
from ui.served import show_trust, versions

SHOWN, SHOWN_ON_PHONES = 800, 400  # pixels of the longer side, so that labels can be read
CARDS = 12  # signs that are shown beside their drawings, the best first; the table has all
PART, CARD = 80, 222  # pixels of a sign and of its drawing, and of the card that holds both
THUMBNAIL = 48  # pixels, in the table
UNNAMED = "?"  # the label of a sign without a name


def show_scene(service: Service, served: Answer, picture: Picture) -> None:
    """Show the signs of a scene: boxes in the picture, each sign beside its drawing, a table.

    Args:
        served: the description of what the service runs.
    """
    try:
        with st.spinner("Looking for signs"):
            answer = _detect(service.url, versions(served), picture.data)
            parts = _parts(picture.data, answer)
            drawn = _drawn(picture.data, answer, SHOWN_ON_PHONES if on_phone() else SHOWN)
    except (ServiceError, PictureError) as error:
        st.error(str(error))
        return
    named = [sign for sign in answer["signs"] if sign["recognized"]]
    others = len(answer["signs"]) - len(named)
    st.subheader(_said(len(named), "sign"), anchor=False)
    st.image(
        drawn,
        width="stretch",
        alt=f"{picture.name}, with boxes: " + ("; ".join(s["name"] for s in named) or "none"),
    )
    if others:
        st.caption(
            f"Gray boxes, marked {UNNAMED}: {others} that the model does not name. They show "
            f"signs outside of its {len(served['classes'])}, too small or unclear ones, or none."
        )
    if not answer["signs"]:
        st.info(
            "No sign was found. If the picture is a crop of one sign, choose **One sign** above."
        )
    _show_cards(named, parts)
    show_trust(served)
    if answer["signs"]:
        _show_table(answer["signs"], parts)
    _show_downloads(picture, answer)
    st.caption(
        f"Model `{answer['model_version']}`, detector `{answer['detector_version']}`: "
        f"{answer['decode_ms']:.0f} ms to decode the image, {answer['inference_ms']:.0f} ms in the "
        "models."
    )


@st.cache_data(max_entries=64, ttl=KEPT_S, show_spinner=False)
def _detect(url: str, version: str, data: bytes) -> Answer:
    answer = Service(url).detect(data)
    shown = [sign for sign in answer["signs"] if is_found(sign)]
    return answer | {"signs": sorted(shown, key=lambda sign: not sign["recognized"])}


@st.cache_data(max_entries=64, ttl=KEPT_S, show_spinner=False)
def _parts(data: bytes, answer: Answer) -> list[bytes]:
    """Each sign with a border: PNG files."""
    boxes = [shares(sign, answer) for sign in answer["signs"]]
    return [as_png(part) for part in cut_all(data, boxes)]


@st.cache_data(max_entries=64, ttl=KEPT_S, show_spinner=False)
def _drawn(data: bytes, answer: Answer, side: int) -> bytes:
    """The picture with a box and a label for each sign."""
    marks = [
        (shares(s, answer), f"{s['name']} {s['score']:.0%}", s["category"])
        if s["recognized"]
        else (shares(s, answer), UNNAMED, "")
        for s in answer["signs"]
    ]
    return drawn_into(data, marks, side)


def _said(count: int, what: str) -> str:
    return f"{count or 'No'} {what}{'' if count == 1 else 's'} recognized"


def _show_cards(named: list[Answer], parts: list[bytes]) -> None:
    """Each sign as it is in the picture, beside its drawing. The named ones come first."""
    with st.container(horizontal=True):
        for sign, part in list(zip(named, parts, strict=False))[:CARDS]:
            with st.container(border=True, width=CARD):
                with st.container(horizontal=True):
                    with st.container(width=PART):
                        st.image(part, width=PART, alt=f"In your picture: {sign['name']}")
                    with st.container(width=PART):
                        if (drawn := drawing(sign["name"])) is not None:
                            st.image(drawn, width=PART, alt=f"Drawing of the sign: {sign['name']}")
                st.markdown(f"**{sign['name']}**  \nStVO {sign['stvo']}, score {sign['score']:.0%}")
    if len(named) > CARDS:
        st.caption(f"The {CARDS} with the highest score of {len(named)}; all are in the table.")


def _show_table(signs: list[Answer], parts: list[bytes]) -> None:
    rows = [
        {
            "picture": data_url(part, THUMBNAIL),
            "sign": sign["name"] if sign["recognized"] else f"not named ({sign['name']}?)",
            "score": 100 * sign["score"],
            "found": 100 * sign["sign_score"],
            "known": 100 * sign["known"],
            "stvo": sign["stvo"] if sign["recognized"] else "",
            "category": sign["category"],
            "box": ", ".join(f"{side:.0f}" for side in sign["box"]),
        }
        for sign, part in zip(signs, parts, strict=True)
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        row_height=THUMBNAIL + 4,
        alt=f"Table of {len(rows)} signs: name, score, place in the picture",
        column_config={
            "picture": st.column_config.ImageColumn("Image", width="small"),
            "sign": "Sign",
            "score": percent_column("Score", "Both models: that the box shows this sign"),
            "found": percent_column("Found", "The detector alone: that the box shows a sign"),
            "known": percent_column("Known", "Probability that it is one of the model's signs"),
            "stvo": "StVO",
            "category": "Category",
            "box": st.column_config.TextColumn("Box", help="Left, top, right, bottom in pixels"),
        },
    )


def _show_downloads(picture: Picture, answer: Answer) -> None:
    stem = picture.name.rpartition(".")[0] or picture.name
    with st.container(horizontal=True):
        st.download_button(
            "Picture",
            lambda: _drawn(picture.data, answer, 0),
            f"{stem}-signs.jpg",
            "image/jpeg",
            icon=":material/download:",
            on_click="ignore",
        )
        for label, text, kind in (
            ("JSON", json.dumps({"path": picture.name} | answer, indent=2), "application/json"),
            ("CSV", pd.DataFrame(table_rows(picture.name, answer)).to_csv(index=False), "text/csv"),
        ):
            st.download_button(
                label,
                text,
                f"{stem}-signs.{label.lower()}",
                kind,
                icon=":material/download:",
                on_click="ignore",
            )


def table_rows(name: str, answer: Answer) -> list[dict[str, Any]]:
    """A row for each sign, with the columns of `signs detect --csv`."""
    size = {"path": name, "width": answer["width"], "height": answer["height"]}
    sides = ("left", "top", "right", "bottom")
    values = ({k: v for k, v in sign.items() if k != "box"} for sign in answer["signs"])
    boxes = (dict(zip(sides, sign["box"], strict=True)) for sign in answer["signs"])
    rows = [size | box | rest for box, rest in zip(boxes, values, strict=True)]
    return [row | {"error": ""} for row in rows or [size]]
