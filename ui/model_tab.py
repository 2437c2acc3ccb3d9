"""The second tab: what is known of the model."""

import streamlit as st

from ui import results
from ui.client import Answer
from ui.columns import percent_column

PICTURES = {
    "confusion": "Confusion matrix",
    "reliability": "Reliability of its confidence",
    "risk_coverage": "Risk and coverage",
    "known": "Signs vs. non-signs",
    "corruptions": "Accuracy on corrupted images",
    "mistakes": "The worst mistakes",
    "learning_curves": "Learning curves",
}


def show_model(served: Answer | None) -> None:
    """The pipeline's numbers and pictures.

    Args:
        served: the card of the model that the service runs; None where it does not answer.
    """
    evaluated = results.measured("evaluate")
    if evaluated is None:
        st.info(f"Nothing has been measured here yet. {results.HOW}")
        return
    st.markdown(
        f"Trained on **{evaluated['trained_on']}**, tested on **{evaluated['tested_on']}**: "
        "all that follows is of these."
    )
    if served is not None and served["version"] != evaluated["model_version"]:
        st.warning(
            f"The service runs another model, `{served['version']}`: trained on {served['data']}, "
            f"{served['accuracy']:.2%} right on {served['test_data']}.",
            icon=":material/warning:",
        )
    with st.container(horizontal=True):
        st.metric("Accuracy", f"{evaluated['accuracy']:.2%}", width=150)
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
    if (card := results.card()) is not None:
        with st.expander("Model card"):
            st.markdown(card)


def _show_pictures() -> None:
    found = {title: results.picture(name) for name, title in PICTURES.items()}
    if not any(found.values()):
        st.info(f"The pictures are not here. {results.HOW}")
    for title, path in found.items():
        if path is not None:
            st.subheader(title, anchor=False)
            st.image(str(path), width="stretch", alt=title)


def _show_recall() -> None:
    table = results.classes()
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
