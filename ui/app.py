"""The page: upload a picture of a sign, see what the service says.

    uv run bentoml serve                  # in one terminal
    uv run streamlit run ui/app.py        # in another

`SERVICE_URL` names another service than the one on this machine.
"""

import os
from typing import Any

import httpx
import pandas as pd
import streamlit as st

SERVICE = os.environ.get("SERVICE_URL", "http://localhost:3000").rstrip("/")
TIMEOUT_S = 30


def ask(picture: bytes) -> dict[str, Any]:
    """The service's answer, or `{"error": {"message": ...}}`."""
    try:
        response = httpx.post(
            f"{SERVICE}/predict", files={"image": picture}, data={"top_k": "3"}, timeout=TIMEOUT_S
        )
        answer: dict[str, Any] = response.json()
    except (httpx.HTTPError, ValueError):
        message = f"the service at {SERVICE} does not answer: start it with `uv run bentoml serve`"
        return {"error": {"message": message}}
    return answer


def show(answer: dict[str, Any]) -> None:
    """The sign in words, and the first guesses as a table."""
    first = answer["classes"][0]
    if answer["recognized"]:
        st.subheader(f"{first['name']} ({first['stvo']})")
    else:
        st.subheader("Not recognised")
        st.write("Crop the picture to the sign, with a little border. These are only guesses:")
    st.dataframe(
        pd.DataFrame(answer["classes"])[["name", "stvo", "probability"]],
        hide_index=True,
        width="stretch",
        column_config={
            "name": "sign",
            "stvo": "StVO",
            "probability": st.column_config.NumberColumn(format="percent"),
        },
    )
    st.caption(
        f"model {answer['model_version']}, {answer['decode_ms'] + answer['inference_ms']:.1f} ms"
    )


def main() -> None:
    """Draw the page."""
    st.set_page_config("German traffic signs", "🛑")
    st.title("German traffic signs")
    picture = st.file_uploader(
        "A picture of one sign, with a little border",
        type=["bmp", "gif", "jpg", "jpeg", "png", "ppm", "webp"],
    )
    if picture is None:
        return
    answer = ask(picture.getvalue())
    if "error" in answer:
        message: str = answer["error"]["message"]
        st.error(message[0].upper() + message[1:] + ".")
        return
    photo, words = st.columns([1, 2])
    photo.image(picture, caption=picture.name, width="stretch")
    with words:
        show(answer)


main()
