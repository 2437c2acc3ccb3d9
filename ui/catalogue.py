"""The third tab: all signs, and how well each is recognised."""

import pandas as pd
import streamlit as st

from signs.classes import CLASSES, Category
from ui import measured
from ui.columns import percent_column
from ui.pictures import drawing_url

SIDE = 64  # pixels of a drawing


def show_catalogue() -> None:
    """A table of all classes with drawings, names and recall."""
    chosen = st.pills(
        "Kinds of signs", list(Category), selection_mode="multi", format_func=str.capitalize
    )
    table, evaluated = measured.classes(), measured.measured("evaluate")
    signs = pd.DataFrame(
        {
            "drawing": [drawing_url(sign.id, SIDE) for sign in CLASSES],
            "name": [sign.name for sign in CLASSES],
            "stvo": [sign.stvo for sign in CLASSES],
            "category": [sign.category.value for sign in CLASSES],
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
        alt=f"Table of {len(signs)} signs: drawing, name, StVO number, kind, share recognised",
        column_config={
            "drawing": st.column_config.ImageColumn("Sign", width="small"),
            "name": "Name",
            "recall": percent_column("Recognised"),
            "stvo": "StVO",
            "category": "Kind",
        },
    )
    if "recall" in signs and evaluated is not None:
        st.caption(f"Recognised: share of each sign's test images, {evaluated['tested_on']}.")
    elif "recall" not in signs:
        st.caption(f"How well each is recognised has not been measured here. {measured.HOW}")
