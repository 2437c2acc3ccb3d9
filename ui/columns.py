"""What the page's tables have in common."""

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig


def percent_column(label: str) -> ColumnConfig:
    """A bar for values of 0 to 100, in per cent."""
    return st.column_config.ProgressColumn(label, format="%.0f %%", min_value=0, max_value=100)
