"""Many images: a table of answers, which keeps those that it has if the service stops."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from ui.client import Answer, Service, ServiceError, in_a_sentence
from ui.columns import percent_column
from ui.images import Picture, data_url

BATCH = 16  # images per request
BATCH_BYTES = 12_000_000  # per request: the service takes 32 MB
THUMBNAIL = 48  # pixels
# On a narrow screen the last columns are out of sight.
ORDER = ("picture", "file", "sign", "state", "confidence", "problem", "known", "stvo")
KEPT = "answers"  # in the session, by address, model and image
ALL, RECOGNIZED, NOT_RECOGNIZED, UNREADABLE = "All", "Recognized", "Not recognized", "Unreadable"


def show_many(service: Service, version: str, pictures: Sequence[Picture]) -> None:
    """Ask about the images that have no answer yet, and show all answers.

    Args:
        version: of the model that the service runs.
    """
    answers: dict[str, Answer] = st.session_state.setdefault(KEPT, {})
    pictures = [replace(p, key=f"{service.url} {version} {p.key}") for p in pictures]
    wanted = {picture.key for picture in pictures}
    for key in [key for key in answers if key not in wanted]:
        del answers[key]
    _ask(service, pictures, answers)
    if answers:
        _show_table([p for p in pictures if p.key in answers], answers)


def batches(pictures: Sequence[Picture]) -> list[list[Picture]]:
    """Split images into requests that the service accepts: not too many, not too large."""
    groups: list[list[Picture]] = []
    size = 0
    for picture in pictures:
        if not groups or len(groups[-1]) == BATCH or size + len(picture.data) > BATCH_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(picture)
        size += len(picture.data)
    return groups


def _ask(service: Service, pictures: Sequence[Picture], answers: dict[str, Answer]) -> None:
    missing = [picture for picture in pictures if picture.key not in answers]
    if not missing:
        return
    bar = st.progress(0.0)
    try:
        waiting = batches(missing)
        while waiting:
            done = len(answers)
            bar.progress(done / len(pictures), f"{done} of {len(pictures)} images")
            batch = waiting.pop(0)
            try:
                results = service.predict_batch([picture.data for picture in batch])
            except ServiceError as error:
                if not error.too_much:
                    raise
                if len(batch) > 1:
                    waiting[:0] = [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
                    continue
                results = [{"error": {"message": str(error)}}]
            for picture, result in zip(batch, results, strict=True):
                small = "" if "error" in result else data_url(picture.data, THUMBNAIL)
                answers[picture.key] = result | {"thumbnail": small}
    except ServiceError as error:
        kept = f" The {len(answers)} answers so far are kept." if answers else ""
        st.error(f"{error}{kept}")
        st.button("Continue", icon=":material/play_arrow:")
    bar.empty()


def _show_table(pictures: Sequence[Picture], answers: dict[str, Answer]) -> None:
    table = pd.DataFrame([_row(picture, answers[picture.key]) for picture in pictures])
    table = table.sort_values("confidence", ascending=False, na_position="last", kind="stable")
    counts = table["state"].value_counts()
    options = [ALL] + [s for s in (RECOGNIZED, NOT_RECOGNIZED, UNREADABLE) if s in counts]
    numbers = {ALL: len(table)} | counts.to_dict()
    chosen = st.segmented_control(
        "Show",
        options,
        default=ALL,
        required=True,
        format_func=lambda option: f"{option} ({numbers[option]})",
    )
    shown = table if chosen in (ALL, None) else table[table["state"] == chosen]
    st.dataframe(
        shown.assign(confidence=shown["confidence"] * 100, known=shown["known"] * 100),
        hide_index=True,
        row_height=THUMBNAIL + 4,
        column_order=("file", "problem") if chosen == UNREADABLE else ORDER,
        alt=f"Table of {len(shown)} images: the sign in each, and the confidence of the model",
        column_config={
            "picture": st.column_config.ImageColumn("Image", width="small"),
            "sign": "Sign",
            "confidence": percent_column(
                "Confidence", "Probability of this sign, if it is one of the model's"
            ),
            "state": "Result",
            "known": percent_column("Known", "Probability that it is one of the model's signs"),
            "file": "File",
            "stvo": "StVO",
            "problem": st.column_config.TextColumn("Problem", width="large")
            if shown["problem"].any()
            else None,
        },
    )
    st.download_button(
        "Download as CSV",
        shown.drop(columns="picture").to_csv(index=False),
        "signs.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _row(picture: Picture, answer: Answer) -> dict[str, object]:
    row: dict[str, object] = {"picture": answer["thumbnail"]}
    if "error" in answer:
        return row | {
            "sign": "",
            "confidence": float("nan"),
            "state": UNREADABLE,
            "known": float("nan"),
            "file": picture.name,
            "stvo": "",
            "problem": in_a_sentence(answer),
        }
    first = answer["classes"][0]
    return row | {
        "sign": first["name"],
        "confidence": first["probability"],
        "state": RECOGNIZED if answer["recognized"] else NOT_RECOGNIZED,
        "known": answer["known"],
        "file": picture.name,
        "stvo": first["stvo"],
        "problem": "",
    }
