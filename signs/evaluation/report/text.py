"""Figures as text."""

import math
from typing import Any

UNDEFINED = "undefined"


def percent(share: float | None) -> str:
    """A share as text; None and NaN are undefined ones."""
    if share is None or math.isnan(share):
        return UNDEFINED
    return f"{share:.2%}".replace("%", " %")


def short(value: Any) -> str:
    """A metric as text: four significant digits where it has more."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return "none" if value is None else str(value)
