"""What templates say of drives: of both models and the tracker together."""

from collections.abc import Mapping
from typing import Any

from signs.evaluation.report.text import UNDEFINED, percent


def drive_names(evaluated: Mapping[str, Any]) -> dict[str, Any]:
    """Names that templates use, and their values.

    Args:
        evaluated: what the stage `evaluate_tracker` wrote.
    """
    return {"drives": evaluated, "drive_figures": _figures(evaluated)}


def _figures(evaluated: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Words, and the value as text."""
    signs, minutes = evaluated["signs"], evaluated["minutes"]

    def share(name: str) -> str:
        count = evaluated[name]
        return f"{count} ({percent(count / signs)})" if signs else str(count)

    def defined(name: str, digits: int, unit: str) -> str:
        value = evaluated[name]
        return UNDEFINED if value is None else f"{value:.{digits}f} {unit}"

    rate = f"{evaluated['false_tracks'] / minutes:.1f}" if minutes else UNDEFINED
    return [
        ("signs found", share("found")),
        ("signs named right at the end", share("named_right")),
        ("signs named wrong at the end", share("named_wrong")),
        (
            "signs outside the label space that were named",
            f"{evaluated['outside_named']} of {evaluated['outside_signs']}",
        ),
        ("tracks a minute that show no sign", rate),
        ("of those, named", str(evaluated["false_names"])),
        ("identity switches", str(evaluated["switches"])),
        ("names that gave way to another", str(evaluated["class_changes"])),
        ("IDF1", percent(evaluated["idf1"])),
        ("HOTA", percent(evaluated["hota"])),
        ("until a name is given, median", defined("until_named_s", 2, "s")),
        ("left to the sign then, at 50 km/h, median", defined("meters_before", 0, "m")),
    ]
