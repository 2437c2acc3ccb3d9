"""The second tab: how good the model is."""

import streamlit as st

from ui import results
from ui.client import Answer
from ui.columns import percent_column
from ui.language import percent, say, translated_title

PLOTS = (
    "confusion", "reliability", "risk_coverage", "known", "corruptions", "mistakes",
    "learning_curves",
)  # fmt: skip


def show_model(served: Answer | None) -> None:
    """Show the metrics and plots of the pipeline.

    Args:
        served: the description of the model that the service runs; None where it does not answer.
    """
    evaluated = results.metrics_of("evaluate")
    if evaluated is None:
        st.info(say("model.no_results", how=say("model.how")))
        return
    version = evaluated["model_version"]
    trained, tested = evaluated["trained_on"], evaluated["tested_on"]
    st.markdown(say("model.results", model=version, trained=trained, tested=tested))
    if served is not None and served["version"] != version:
        another = say("model.another", model=served["version"], data=served["data"])
        st.warning(another, icon=":material/warning:")
    worst = translated_title(evaluated["worst_class"])
    with st.container(horizontal=True):
        for label, name, meaning in (
            (say("model.accuracy"), "accuracy", say("model.accuracy_help")),
            (say("model.macro_f1"), "macro_f1", say("model.macro_f1_help")),
            (say("model.lowest"), "worst_class_recall", say("model.lowest_help", name=worst)),
            (say("model.refused"), "refused", say("model.refused_help")),
            (say("model.calibration"), "calibration_error", say("model.calibration_help")),
        ):
            st.metric(label, percent(evaluated[name], 1), width="content", help=meaning)
    _show_plots()
    _show_recall()
    if (card := results.model_card()) is not None:
        with st.expander(say("model.card")):
            st.markdown(card)


def _show_plots() -> None:
    found = {say(f"plot.{name}"): results.plot(name) for name in PLOTS}
    if not any(found.values()):
        st.info(say("model.no_plots", how=say("model.how")))
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
    shown["class"] = shown["class"].map(translated_title)
    st.subheader(say("model.recall_of_each"), anchor=False)
    st.dataframe(
        shown[["class", "recall", "precision", "images"]],
        hide_index=True,
        alt=say("model.recall_table"),
        column_config={
            "class": say("sign.name"),
            "recall": percent_column(say("signs.recall"), say("signs.recall_help")),
            "precision": st.column_config.NumberColumn(
                say("model.precision"), format="%.0f%%", help=say("model.precision_help")
            ),
            "images": say("model.images"),
        },
    )
