"""The second tab: how good the model is."""

import streamlit as st

from ui import results
from ui.client import Answer
from ui.columns import percent_column

PLOTS = {
    "confusion": "Confusion matrix",
    "reliability": "Reliability of the confidence",
    "risk_coverage": "Risk and coverage",
    "known": "Signs and negatives",
    "corruptions": "Accuracy on corrupted images",
    "mistakes": "Most confident mistakes",
    "learning_curves": "Learning curves",
}


def show_model(served: Answer | None) -> None:
    """Show the metrics and plots of the pipeline.

    Args:
        served: the description of the model that the service runs; None where it does not answer.
    """
    evaluated = results.metrics_of("evaluate")
    if evaluated is None:
        st.info(f"There are no results yet. {results.HOW}")
        return
    version = evaluated["model_version"]
    st.markdown(
        f"Results of model `{version}`, trained on **{evaluated['trained_on']}** and tested on "
        f"**{evaluated['tested_on']}**."
    )
    if served is not None and served["version"] != version:
        st.warning(
            f"The service runs another model, `{served['version']}`, trained on {served['data']}. "
            "The results below do not describe it.",
            icon=":material/warning:",
        )
    with st.container(horizontal=True):
        for name, value, meaning in (
            ("Accuracy", evaluated["accuracy"], "Share of the test images named correctly"),
            ("Macro F1", evaluated["macro_f1"], "Mean F1 score of all signs"),
            ("Lowest recall", evaluated["worst_class_recall"], f"Of {evaluated['worst_class']}"),
            (
                "Not recognized",
                evaluated["refused"],
                "Share of the test images of signs that the model does not recognize",
            ),
            (
                "Calibration error",
                evaluated["calibration_error"],
                "Mean gap between confidence and accuracy",
            ),
        ):
            st.metric(name, f"{value:.1%}", width=125, help=meaning)
    _show_plots()
    _show_recall()
    if (card := results.model_card()) is not None:
        with st.expander("Model card"):
            st.markdown(card)


def _show_plots() -> None:
    found = {title: results.plot(name) for name, title in PLOTS.items()}
    if not any(found.values()):
        st.info(f"There are no plots yet. {results.HOW}")
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
    st.subheader("Recall of each sign", anchor=False)
    st.dataframe(
        shown[["class", "recall", "precision", "images"]],
        hide_index=True,
        alt="Table of recall and precision of each sign, the lowest recall first",
        column_config={
            "class": "Sign",
            "recall": percent_column("Recall", "Share of the sign's images named correctly"),
            "precision": st.column_config.NumberColumn(
                "Precision", format="%.0f%%", help="Share of such answers that are correct"
            ),
            "images": "Test images",
        },
    )
