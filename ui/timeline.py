"""The signs of a clip beside it: when each is seen, and a click that jumps there."""

from pathlib import Path

import streamlit as st

from ui.client import Answer
from ui.images import drawing_url
from ui.language import name_of, number, say

FOLDER = Path(__file__).parent
DRAWING = 80  # pixels, shown at half of that
# Streamlit's own player can be told a whole second alone, and the same one only once.
_timeline = st.components.v2.component(
    "timeline",
    html='<div class="signs" role="group"></div>',
    css=(FOLDER / "timeline.css").read_text(encoding="utf-8"),
    js=(FOLDER / "timeline.js").read_text(encoding="utf-8"),
)


def show_timeline(answer: Answer, seconds: float) -> None:
    """A row for each sign, in the order in which they are first seen.

    Args:
        answer: the signs of the clip, as the service has them.
        seconds: of the clip.
    """
    signs = [_row(sign) for sign in answer["signs"]]
    label = say("clip.timeline")
    _timeline(data={"signs": signs, "seconds": seconds, "label": label}, key="timeline")


def _row(sign: Answer) -> Answer:
    name, named = name_of(sign), sign["recognized"]
    shown = name if named else say("sign.not_named", name=name)
    when = say("clip.when", first=clock(sign["first_s"]), last=clock(sign["last_s"]))
    return {
        "name": shown,
        "named": named,
        "drawing": drawing_url(sign["name"], DRAWING) if named else "",
        "when": when,
        "label": say("clip.jump", name=shown, when=when),
        "first": sign["first_s"],
        "last": sign["last_s"],
    }


def clock(seconds: float) -> str:
    """Minutes, seconds and a tenth, as 0:03.2."""
    tenths = round(10 * seconds)
    return f"{tenths // 600}:{number(tenths % 600 / 10, 1):0>4}"
