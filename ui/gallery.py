"""Samples for a visitor who has no picture at hand: drawn, and answered as if they were dropped."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path

import streamlit as st

from ui.client import Answer
from ui.images import data_url
from ui.language import say
from ui.served import finds_signs

FOLDER = Path(__file__).parent
SAMPLES = FOLDER / "samples"  # `python -m docs.samples` draws them
THUMBNAIL = 220  # pixels of the longer side, shown at about half of that
CHOSEN = "gallery"  # the name of the chosen sample's file, in the session
STRIP = "gallery-strip"  # the component's value, in the session
# Streamlit has no picture that can be clicked.
_strip = st.components.v2.component(
    "gallery",
    html='<div class="samples" role="group"></div>',
    css=(FOLDER / "gallery.css").read_text(encoding="utf-8"),
    js=(FOLDER / "gallery.js").read_text(encoding="utf-8"),
)


class Shows(Enum):
    """What a sample shows."""

    SIGN = "sign"
    ROAD = "road"
    DRIVE = "drive"  # as a clip


@dataclass(frozen=True)
class Sample:
    """A file of the gallery.

    Attributes:
        name: of the file.
        title: of the text below its picture.
        shows: what the service needs to be able to read.
    """

    name: str
    title: str
    shows: Shows

    @property
    def data(self) -> bytes:
        """The content of the file."""
        return _content(self.name)

    @property
    def poster(self) -> bytes:
        """A picture of it; for a clip, one that lies beside it."""
        still = Path(self.name).with_suffix(".jpg").name
        return _content(still) if self.shows is Shows.DRIVE else self.data


GALLERY = (
    Sample("country-road.jpg", "gallery.country_road", Shows.ROAD),
    Sample("village.jpg", "gallery.village", Shows.ROAD),
    Sample("drive.mp4", "gallery.drive", Shows.DRIVE),
    Sample("no-sign.jpg", "gallery.no_sign", Shows.ROAD),
    Sample("stop.jpg", "gallery.stop", Shows.SIGN),
    Sample("children.jpg", "gallery.children", Shows.SIGN),
)


@lru_cache
def _content(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def offered(served: Answer) -> tuple[Sample, ...]:
    """The samples that a service can answer.

    Args:
        served: the description of what the service runs; empty where it never answered.
    """
    if not served:
        return ()
    return tuple(each for each in GALLERY if each.shows is Shows.SIGN or finds_signs(served))


def show_gallery(served: Answer) -> Sample | None:
    """Show the samples that the service can answer.

    Returns:
        The one that the visitor has chosen.
    """
    samples = offered(served)
    if not samples:
        return None
    chosen = st.session_state.get(CHOSEN)
    st.markdown(say("gallery.try"))
    _strip(
        data={
            "label": say("gallery.samples"),
            "samples": [
                {
                    "name": sample.name,
                    "title": say(sample.title),
                    "picture": _thumbnail(sample),
                    "clip": sample.shows is Shows.DRIVE,
                    "chosen": sample.name == chosen,
                }
                for sample in samples
            ],
        },
        key=STRIP,
        on_clicked_change=_choose,
    )
    return next((sample for sample in samples if sample.name == chosen), None)


def leave_gallery() -> None:
    """Forget the chosen sample: the visitor has dropped something."""
    st.session_state.pop(CHOSEN, None)


@lru_cache
def _thumbnail(sample: Sample) -> str:
    return data_url(sample.poster, THUMBNAIL)


def _choose() -> None:
    st.session_state[CHOSEN] = st.session_state[STRIP].clicked
