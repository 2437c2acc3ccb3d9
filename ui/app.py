"""The page: upload pictures of roads or of signs, and see what the service answers.

    uv run bentoml serve                  # in one terminal
    uv run streamlit run ui/app.py        # in another
    uv run python -m ui                   # or both in one

`SERVICE_URL` names a service elsewhere; then visitors cannot change the address.
"""

import os

import streamlit as st

from ui.catalog_tab import show_catalog
from ui.client import Answer, Service, ServiceError
from ui.language import TAB, TABS, percent, say, show_switch, tell_browser
from ui.model_tab import show_model
from ui.recognize_tab import show_recognize
from ui.served import finds_signs

LOCAL = "http://localhost:3000"
SERVED = "served"  # the description of the models, in the session


def main() -> None:
    """Draw the page."""
    st.set_page_config(say("app.title"), "🛑")
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.title(say("app.title"), width="content")
        show_switch()
    with st.sidebar:
        service, card, problem = show_service()
        tell_browser()
    recognize, model, signs = st.tabs([say(key) for key in TABS], on_change="rerun", key=TAB)
    with recognize:  # drawn on the other tabs too, or uploads would be lost
        show_recognize(service, st.session_state.get(SERVED, {}), problem)
    if model.open:
        with model:
            show_model(card)
    if signs.open:
        with signs:
            show_catalog(card)


def show_service() -> tuple[Service, Answer | None, str]:
    """Show the state of the service.

    Returns:
        The service; the description of its model, or None; why it does not answer, or "".
    """
    st.subheader(say("app.service"))
    fixed = os.environ.get("SERVICE_URL", "")
    # A free choice would let visitors of a public page send requests inside its network.
    address = st.text_input(
        say("app.address"),
        fixed or LOCAL,
        disabled=bool(fixed),
        help=say("app.address_fixed") if fixed else say("app.address_free"),
        key="address",
    )
    service = Service(address.strip().rstrip("/"))
    try:
        card = service.card()
    except ServiceError as error:
        st.error(str(error), icon=":material/cloud_off:")
        st.button(say("app.again"), icon=":material/refresh:")
        return service, None, str(error)
    st.session_state[SERVED] = card  # remembered when the service stops
    st.success(say("app.running"), icon=":material/check_circle:")
    accuracy = percent(card["accuracy"], 1)
    st.markdown(
        say("app.of_model", version=card["version"], accuracy=accuracy, data=card["test_data"])
    )
    if finds_signs(card):
        detector = card["detector"]
        ap50, data = percent(detector["ap50"], 1), detector["test_data"]
        st.markdown(say("app.of_detector", version=detector["version"], ap50=ap50, data=data))
    else:
        st.caption(say("app.crops_alone"))
    return service, card, ""


main()
