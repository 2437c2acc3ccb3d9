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
from ui.model_tab import show_model
from ui.recognize_tab import show_recognize
from ui.served import finds_signs

LOCAL = "http://localhost:3000"
SERVED = "served"  # the description of the models, in the session


def main() -> None:
    """Draw the page."""
    st.set_page_config("German traffic signs", "🛑")
    st.title("German traffic signs")
    with st.sidebar:
        service, card, problem = show_service()
    recognize, model, signs = st.tabs(["Recognize", "Model", "Signs"], on_change="rerun", key="tab")
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
    st.subheader("Service")
    fixed = os.environ.get("SERVICE_URL", "")
    # A free choice would let visitors of a public page send requests inside its network.
    address = st.text_input(
        "Address",
        fixed or LOCAL,
        disabled=bool(fixed),
        help="Set by the environment variable SERVICE_URL"
        if fixed
        else "Where `uv run bentoml serve` listens",
    )
    service = Service(address.strip().rstrip("/"))
    try:
        card = service.card()
    except ServiceError as error:
        st.error(str(error), icon=":material/cloud_off:")
        st.button("Try again", icon=":material/refresh:")
        return service, None, str(error)
    st.session_state[SERVED] = card  # remembered when the service stops
    st.success("Running", icon=":material/check_circle:")
    st.markdown(
        f"**Model** `{card['version']}`  \n"
        f"**Validation accuracy** {card['accuracy']:.1%}  \n"
        f"**Validation data** {card['test_data']}"
    )
    if finds_signs(card):
        st.markdown(
            f"**Detector** `{card['detector']['version']}`  \n"
            f"**Validation AP50** {card['detector']['ap50']:.1%}  \n"
            f"**Validation data** {card['detector']['test_data']}"
        )
    else:
        st.caption(
            "It answers for crops of single signs alone. With a detector, which `uv run dvc repro` "
            "makes, it finds the signs in whole photos too."
        )
    return service, card, ""


main()
