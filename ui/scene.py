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
from ui.language import category, name_of, number, percent, recognized, say
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
        with st.spinner(say("scene.looking")):
            answer = _detect(service.url, versions(served), picture.data)
            parts = _parts(picture.data, answer)
            side = SHOWN_ON_PHONES if on_phone() else SHOWN
            labels = [_label(sign) for sign in answer["signs"]]
            drawn = _drawn(picture.data, answer, labels, side)
    except (ServiceError, PictureError) as error:
        st.error(str(error))
        return
    named = [sign for sign in answer["signs"] if sign["recognized"]]
    others = len(answer["signs"]) - len(named)
    st.subheader(recognized(len(named)), anchor=False)
    names = "; ".join(map(name_of, named)) or say("scene.no_names")
    st.image(drawn, width="stretch", alt=say("scene.alt", picture=picture.name, names=names))
    if others:
        st.caption(say("sign.gray", count=others, classes=len(served["classes"])))
    if not answer["signs"]:
        st.info(say("scene.nothing"))
    _show_cards(named, parts)
    show_trust(served, scene=True)
    if answer["signs"]:
        _show_table(answer["signs"], parts)
    _show_downloads(picture, answer, labels)
    st.caption(
        say(
            "scene.models",
            model=answer["model_version"],
            detector=answer["detector_version"],
            decode_ms=number(answer["decode_ms"]),
            inference_ms=number(answer["inference_ms"]),
        )
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


def _label(sign: Answer) -> str:
    return f"{name_of(sign)} {percent(sign['score'])}" if sign["recognized"] else UNNAMED


@st.cache_data(max_entries=64, ttl=KEPT_S, show_spinner=False)
def _drawn(data: bytes, answer: Answer, labels: list[str], side: int) -> bytes:
    """The picture with a box and a label for each sign."""
    marks = [
        (shares(sign, answer), label, sign["category"] if sign["recognized"] else "")
        for sign, label in zip(answer["signs"], labels, strict=True)
    ]
    return drawn_into(data, marks, side)


def _show_cards(named: list[Answer], parts: list[bytes]) -> None:
    """Each sign as it is in the picture, beside its drawing. The named ones come first."""
    with st.container(horizontal=True):
        for sign, part in list(zip(named, parts, strict=False))[:CARDS]:
            called = name_of(sign)
            with st.container(border=True, width=CARD):
                with st.container(horizontal=True):
                    with st.container(width=PART):
                        st.image(part, width=PART, alt=say("scene.part", name=called))
                    with st.container(width=PART):
                        if (drawn := drawing(sign["name"])) is not None:
                            st.image(drawn, width=PART, alt=say("sign.drawn", name=called))
                about = say("scene.card", stvo=sign["stvo"], score=percent(sign["score"]))
                st.markdown(f"**{called}**  \n{about}")
    if len(named) > CARDS:
        st.caption(say("scene.best", shown=CARDS, count=len(named)))


def _show_table(signs: list[Answer], parts: list[bytes]) -> None:
    rows = [
        {
            "picture": data_url(part, THUMBNAIL),
            "sign": name_of(sign)
            if sign["recognized"]
            else say("sign.not_named", name=name_of(sign)),
            "score": 100 * sign["score"],
            "found": 100 * sign["sign_score"],
            "known": 100 * sign["known"],
            "stvo": sign["stvo"] if sign["recognized"] else "",
            "category": category(sign["category"]),
            "box": ", ".join(f"{side:.0f}" for side in sign["box"]),
        }
        for sign, part in zip(signs, parts, strict=True)
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        row_height=THUMBNAIL + 4,
        alt=say("scene.table", count=len(rows)),
        column_config={
            "picture": st.column_config.ImageColumn(say("sign.image"), width="small"),
            "sign": say("sign.name"),
            "score": percent_column(say("scene.score"), say("scene.score_help")),
            "found": percent_column(say("scene.found"), say("scene.found_help")),
            "known": percent_column(say("sign.known"), say("sign.known_help")),
            "stvo": say("sign.stvo"),
            "category": say("sign.category"),
            "box": st.column_config.TextColumn(say("scene.box"), help=say("scene.box_help")),
        },
    )


def _show_downloads(picture: Picture, answer: Answer, labels: list[str]) -> None:
    stem = picture.name.rpartition(".")[0] or picture.name
    with st.container(horizontal=True):
        st.download_button(
            say("scene.picture"),
            lambda: _drawn(picture.data, answer, labels, 0),
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
    left_out = ("box", "german")
    values = ({k: v for k, v in sign.items() if k not in left_out} for sign in answer["signs"])
    boxes = (dict(zip(sides, sign["box"], strict=True)) for sign in answer["signs"])
    rows = [size | box | rest for box, rest in zip(boxes, values, strict=True)]
    return [row | {"error": ""} for row in rows or [size]]
