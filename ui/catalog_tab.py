"""The third tab: all signs, and the recall of each."""

import pandas as pd
import streamlit as st

from signs.catalog.gtsrb import GTSRB
from ui import results
from ui.client import Answer
from ui.columns import percent_column
from ui.images import drawing_url

SIDE = 64  # pixels of a drawing


def show_catalog(served: Answer | None) -> None:
    """Show a table of all signs.

    Args:
        served: the description of the model that the service runs, whose signs are shown; where it
            does not answer, None: then GTSRB's are.
    """
    signs = _signs(served)
    table, evaluated = results.classes(), results.metrics_of("evaluate")
    if table is not None:
        signs.insert(2, "recall", 100 * signs["name"].map(table["recall"]))
    categories = [category for category in signs["category"].unique() if category]
    chosen = st.pills("Categories", categories, selection_mode="multi", format_func=str.capitalize)
    if chosen:
        signs = signs[signs["category"].isin(chosen)]
    st.dataframe(
        signs,
        hide_index=True,
        row_height=SIDE + 6,
        height=640,
        alt=f"Table of {len(signs)} signs: drawing, name, recall, StVO number, category",
        column_config={
            "drawing": st.column_config.ImageColumn("Sign", width="small"),
            "name": "Name",
            "recall": percent_column("Recall", "Share of the sign's images named correctly"),
            "stvo": "StVO",
            "category": "Category",
        },
    )
    if table is None:
        st.caption(f"The recall of each sign is not known yet. {results.HOW}")
    elif evaluated is not None:
        st.caption(f"Recall: of model `{evaluated['model_version']}` on {evaluated['tested_on']}.")


def _signs(served: Answer | None) -> pd.DataFrame:
    """The columns drawing (a data URL, or ""), name, stvo, category ("" where unknown)."""
    if served is None:
        names, numbers = GTSRB.names, GTSRB.numbers
    else:
        names = tuple(sign["name"] for sign in served["classes"])
        numbers = tuple(sign["stvo"] for sign in served["classes"])
    known = dict(zip(GTSRB.names, GTSRB.categories, strict=True))
    return pd.DataFrame(
        {
            "drawing": [drawing_url(name, SIDE) for name in names],
            "name": names,
            "stvo": numbers,
            "category": [known.get(name, "") for name in names],
        }
    )
