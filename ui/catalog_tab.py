"""The third tab: all signs, and the recall of each."""

import pandas as pd
import streamlit as st

from signs.catalog.gtsrb import GTSRB
from ui import results
from ui.client import Answer
from ui.columns import percent_column
from ui.images import drawing_url
from ui.language import category, name_of, say, translated

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
    chosen = st.pills(
        say("signs.categories"),
        [name for name in signs["category"].unique() if name],
        selection_mode="multi",
        format_func=lambda name: category(name)[:1].upper() + category(name)[1:],
        key="categories",
    )
    if chosen:
        signs = signs[signs["category"].isin(chosen)]
    st.dataframe(
        signs.drop(columns="shown").assign(
            name=signs["shown"], category=signs["category"].map(category)
        ),
        hide_index=True,
        row_height=SIDE + 6,
        height=640,
        alt=say("signs.table", count=len(signs)),
        column_config={
            "drawing": st.column_config.ImageColumn(say("signs.drawing"), width="small"),
            "name": say("signs.name"),
            "recall": percent_column(say("signs.recall"), say("signs.recall_help")),
            "stvo": say("sign.stvo"),
            "category": say("sign.category"),
        },
    )
    if table is None:
        st.caption(say("signs.no_recall", how=say("model.how")))
    elif evaluated is not None:
        model, data = evaluated["model_version"], evaluated["tested_on"]
        st.caption(say("signs.recall_of", model=model, data=data))


def _signs(served: Answer | None) -> pd.DataFrame:
    """The columns drawing (a data URL, or ""), name, shown, stvo, category ("" where unknown).

    `name` is English, `shown` in the language of the page.
    """
    if served is None:
        names, numbers = GTSRB.names, GTSRB.numbers
        shown = [translated(name) for name in names]
    else:
        shown = [name_of(sign) for sign in served["classes"]]
        names = tuple(sign["name"] for sign in served["classes"])
        numbers = tuple(sign["stvo"] for sign in served["classes"])
    known = dict(zip(GTSRB.names, GTSRB.categories, strict=True))
    return pd.DataFrame(
        {
            "drawing": [drawing_url(name, SIDE) for name in names],
            "name": names,
            "shown": shown,
            "stvo": numbers,
            "category": [known.get(name, "") for name in names],
        }
    )
