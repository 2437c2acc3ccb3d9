"""What the pipeline measured, as it lies in `metrics/`."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

METRICS = Path(__file__).parents[1] / "metrics"
HOW = "Whoever runs this page: `uv run dvc repro`, or `uv run dvc pull`, in the project's folder."


def measured(stage: str) -> dict[str, Any] | None:
    """The metrics of a stage; None where it did not run."""
    path = METRICS / f"{stage}.json"
    if not path.is_file():
        return None
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def classes() -> pd.DataFrame | None:
    """The classes with test images: class (its id and name), images, precision, recall, f1; by id.

    None where nothing was measured.
    """
    path = METRICS / "tables" / "classes.csv"
    if not path.is_file():
        return None
    table = pd.read_csv(path)
    table.index = table["class"].str.split().str[0].astype(int)
    return table[table["images"] > 0]


def picture(name: str) -> Path | None:
    """A picture that the pipeline drew, by its name; None where there is none."""
    path = METRICS / "pictures" / f"{name}.png"
    return path if path.is_file() else None


def card() -> str | None:
    """The model card, without its picture, which a page cannot show from a file."""
    path = METRICS / "MODEL_CARD.md"
    if not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("!["))
