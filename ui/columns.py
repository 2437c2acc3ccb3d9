"""Columns that several tables of the page have."""

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig


def percent_column(label: str, meaning: str | None = None) -> ColumnConfig:
    """A bar for values from 0 to 100, in percent.

    Args:
        meaning: shown as a hint on the column's title.
    """
    return st.column_config.ProgressColumn(
        label, help=meaning, format="%.0f%%", min_value=0, max_value=100
    )
