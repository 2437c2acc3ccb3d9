"""The third tab: all signs, and how well each is recognized."""

import pandas as pd
import streamlit as st

from signs.catalog.gtsrb import GTSRB
from ui import results
from ui.columns import percent_column
from ui.images import drawing_url

SIDE = 64  # pixels of a drawing


def show_catalog() -> None:
    """A table of all classes with drawings, names and recall."""
    categories = list(dict.fromkeys(GTSRB.categories))
    chosen = st.pills(
        "Kinds of signs", categories, selection_mode="multi", format_func=str.capitalize
    )
    table, evaluated = results.classes(), results.measured("evaluate")
    signs = pd.DataFrame(
        {
            "drawing": [drawing_url(class_id, SIDE) for class_id in range(len(GTSRB))],
            "name": GTSRB.names,
            "stvo": GTSRB.numbers,
            "category": GTSRB.categories,
        }
    )
    if table is not None:
        signs.insert(2, "recall", (100 * table["recall"]).reindex(signs.index))
    if chosen:
        signs = signs[signs["category"].isin(chosen)]
    st.dataframe(
        signs,
        hide_index=True,
        row_height=SIDE + 6,
        height=640,
        alt=f"Table of {len(signs)} signs: drawing, name, StVO number, kind, share recognized",
        column_config={
            "drawing": st.column_config.ImageColumn("Sign", width="small"),
            "name": "Name",
            "recall": percent_column("Recognized"),
            "stvo": "StVO",
            "category": "Kind",
        },
    )
    if "recall" in signs and evaluated is not None:
        st.caption(f"Recognized: share of each sign's test images, {evaluated['tested_on']}.")
    elif "recall" not in signs:
        st.caption(f"How well each is recognized has not been measured here. {results.HOW}")
