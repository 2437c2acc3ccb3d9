"""What the service says that it runs, and what follows for the page."""

import streamlit as st

from ui.client import Answer
from ui.language import percent, say


def finds_signs(served: Answer) -> bool:
    """Whether the service finds signs in whole scenes. An older one does not say."""
    return bool(served.get("detector"))


def versions(served: Answer) -> str:
    """What the answers depend on: the versions of the models."""
    detector = served.get("detector") or {}
    return f"{served.get('version', '')} {detector.get('version', '')}"


def drawn_alone(model: Answer) -> bool:
    """Whether a model was trained on drawings alone, by the sources that it names."""
    return all(source.startswith("drawn ") for source in str(model.get("data")).split(" + "))


def show_trust(served: Answer, scene: bool) -> None:
    """Say how far to trust an answer on photos, where a model behind it knows drawings alone.

    Args:
        scene: whether the detector has answered too.
    """
    detector = (served.get("detector") or {}) if scene else {}
    measures = []
    if drawn_alone(served):
        measures.append(say("trust.named", share=percent(served["accuracy"])))
    if drawn_alone(detector):
        measures.append(f"AP50 {percent(detector['ap50'])}")
    if not measures:
        return
    who = "trust.both" if len(measures) == 2 else "trust.model"
    if scene and len(measures) == 1:
        who = "trust.detector" if drawn_alone(detector) else "trust.recognizer"
    st.caption(f"{say(who, measures=', '.join(measures))} {say('trust.less')}")
