"""The second tab: what is known of the model."""

import math

import streamlit as st

from ui import measured
from ui.client import Answer
from ui.columns import percent_column

PICTURES = {
    "pictures/confusion": "Which signs are taken for which",
    "pictures/reliability": "How far its confidence can be believed",
    "trust/known": "How it tells signs from what is none of them",
    "trust/corruptions": "How it bears pictures gone bad",
    "pictures/mistakes": "The worst mistakes",
    "pictures/learning_curves": "How it learnt",
}


def show_model(served: Answer | None) -> None:
    """The pipeline's numbers and pictures.

    Args:
        served: the card of the model that the service runs; None where it does not answer.
    """
    evaluated, exported = measured.measured("evaluate"), measured.measured("export")
    if evaluated is None or exported is None:
        st.info(f"Nothing has been measured here yet. {measured.HOW}")
        return
    st.markdown(
        f"Trained on **{evaluated['trained_on']}**, tested on **{evaluated['tested_on']}**: "
        "all that follows is of these."
    )
    if served is not None and not _same(served, exported, evaluated):
        st.warning(
            f"The service runs another model, `{served['version']}`: trained on {served['data']}, "
            f"{served['accuracy']:.2%} right on {served['test_data']}.",
            icon=":material/warning:",
        )
    with st.container(horizontal=True):
        st.metric("Accuracy", f"{exported['onnx_accuracy']:.2%}", width=150)
        st.metric("Macro F1", f"{evaluated['macro_f1']:.2%}", width=150)
        st.metric("Calibration error", f"{evaluated['calibration_error']:.2%}", width=170)
        st.metric(
            "Lowest recall",
            f"{evaluated['worst_class_recall']:.1%}",
            width=150,
            help=f"of {evaluated['worst_class']}",
        )
    _show_pictures()
    _show_recall()
    if (card := measured.card()) is not None:
        with st.expander("Model card"):
            st.markdown(card)


def _same(served: Answer, exported: dict[str, float], evaluated: dict[str, str]) -> bool:
    return (
        math.isclose(served["accuracy"], exported["onnx_accuracy"], abs_tol=1e-9)
        and served["data"] == evaluated["trained_on"]
        and served["test_data"] == evaluated["tested_on"]
    )


def _show_pictures() -> None:
    found = {title: measured.picture(name) for name, title in PICTURES.items()}
    if not any(found.values()):
        st.info(f"The pictures are not here. {measured.HOW}")
    for title, path in found.items():
        if path is not None:
            st.subheader(title, anchor=False)
            st.image(str(path), width="stretch", alt=title)


def _show_recall() -> None:
    table = measured.classes()
    if table is None:
        return
    shown = table.sort_values("recall", kind="stable")
    shown = shown.assign(recall=100 * shown["recall"], precision=100 * shown["precision"])
    st.subheader("How well each sign is found", anchor=False)
    st.dataframe(
        shown[["class", "recall", "precision", "images"]],
        hide_index=True,
        alt="Table of recall and precision of each class, the lowest recall first",
        column_config={
            "class": "Sign",
            "recall": percent_column("Recall"),
            "precision": st.column_config.NumberColumn("Precision", format="%.0f %%"),
            "images": "Test images",
        },
    )
