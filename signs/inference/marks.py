"""What is drawn into a picture for the signs that were found in it."""

from collections.abc import Sequence

from signs.inference.annotate import Mark
from signs.records.found_signs import FoundSign


def marks_of(signs: Sequence[FoundSign]) -> list[Mark]:
    """A mark with name and score for each sign; one that is not recognized gets a question mark."""
    return [
        Mark(
            sign.box,
            f"{sign.name} {sign.score:.0%}"
            if sign.recognized
            else f"{sign.name}? {sign.score:.0%}",
            sign.category if sign.recognized else "",
        )
        for sign in signs
    ]
