"""Markdown tables and what stands in their cells."""

from collections.abc import Iterable, Sequence
from typing import Any


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a head that ends in ">" is of a column of numbers."""
    titles = [title.rstrip(">") for title in head]
    rules = ["---:" if title.endswith(">") else "---" for title in head]
    return "\n".join(f"| {' | '.join(row)} |" for row in (titles, rules, *rows))


def percent(value: Any, digits: int = 1) -> str:
    """A share in percent."""
    return f"{float(value):.{digits}%}"


def shares(spread: dict[str, float], digits: int) -> str:
    """The lowest and highest of some shares."""
    return f"{percent(spread['low'], digits)} to {percent(spread['high'], digits)}"


def minutes(seconds: float | None) -> str:
    """Seconds in minutes; empty where it was not recorded."""
    return "" if seconds is None else f"{seconds / 60:.1f}"


def interval(row: dict[str, str]) -> str:
    """The 95% interval of a row."""
    return f"{percent(row['low'])} to {percent(row['high'])}"
