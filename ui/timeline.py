"""The signs of a clip beside it: when each is seen, and a click that jumps there."""

from pathlib import Path

import streamlit as st

from ui.client import Answer
from ui.images import drawing_url

FOLDER = Path(__file__).parent
DRAWING = 80  # pixels, shown at half of that
# Streamlit's own player can be told a whole second alone, and the same one only once.
_timeline = st.components.v2.component(
    "timeline",
    html='<div class="signs" role="group" aria-label="Signs of the clip"></div>',
    css=(FOLDER / "timeline.css").read_text(encoding="utf-8"),
    js=(FOLDER / "timeline.js").read_text(encoding="utf-8"),
)


def show_timeline(answer: Answer, seconds: float) -> None:
    """A row for each sign, in the order in which they are first seen.

    Args:
        answer: the signs of the clip, as the service has them.
        seconds: of the clip.
    """
    signs = [
        {
            "name": sign["name"] if sign["recognized"] else f"not named ({sign['name']}?)",
            "named": sign["recognized"],
            "drawing": drawing_url(sign["name"], DRAWING) if sign["recognized"] else "",
            "when": f"{clock(sign['first_s'])} to {clock(sign['last_s'])}",
            "first": sign["first_s"],
            "last": sign["last_s"],
        }
        for sign in answer["signs"]
    ]
    _timeline(data={"signs": signs, "seconds": seconds}, key="timeline")


def clock(seconds: float) -> str:
    """Minutes, seconds and a tenth, as 0:03.2."""
    tenths = round(10 * seconds)
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"
