"""What the service says that it runs, and what follows for the page."""

import streamlit as st

from ui.client import Answer
from ui.language import say


def finds_signs(served: Answer) -> bool:
    """Whether the service finds signs in whole scenes. An older one does not say."""
    return bool(served.get("detector"))


def versions(served: Answer) -> str:
    """What the answers depend on: the versions of the models."""
    detector = served.get("detector") or {}
    return f"{served.get('version', '')} {detector.get('version', '')}"


def show_trust(served: Answer) -> None:
    """Say how far to trust an answer on photos, where a model was trained on drawings."""
    of = [served, served.get("detector") or {}]
    if any(str(model.get("data", "")).startswith("drawn ") for model in of):
        st.caption(say("trust.drawings"))
