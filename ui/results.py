"""The results of the pipeline, from `metrics/`."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

METRICS = Path(__file__).parents[1] / "metrics"


def metrics_of(stage: str) -> dict[str, Any] | None:
    """The metrics of a stage; None where it has not run since metrics name their model."""
    path = METRICS / f"{stage}.json"
    if not path.is_file():
        return None
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content if "model_version" in content else None


def classes() -> pd.DataFrame | None:
    """The results of each class that has test images; None where the stage has not run.

    Returns:
        Rows by class id; the columns class (id and name), images, precision, recall, f1, the last
        three in 0 to 1; the index holds the names.
    """
    path = METRICS / "tables" / "classes.csv"
    if not path.is_file():
        return None
    table = pd.read_csv(path)
    table.index = pd.Index(table["class"].str.split(n=1).str[1])
    return table[table["images"] > 0]


def plot(name: str) -> Path | None:
    """The PNG file of a plot; None where the pipeline has not drawn it."""
    path = METRICS / "pictures" / f"{name}.png"
    return path if path.is_file() else None


def model_card() -> str | None:
    """The model card as Markdown; None where the pipeline has not written it.

    Its image is left out: Markdown on the page cannot show a file.
    """
    path = METRICS / "MODEL_CARD.md"
    if not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("!["))
