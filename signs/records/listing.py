"""Which signs of a picture are listed, and as what, wherever programs outside read them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from signs.records.detections import Detections
from signs.records.found_signs import FoundSign

LISTED = 0.01  # the least score of a sign that can be asked for


def listed(found: Detections, min_score: float | None) -> Detections:
    """The detections that were asked for, in their order.

    Args:
        min_score: the least score, of which those below `LISTED` never count; None for signs alone
            that are recognized.
    """
    if min_score is None:
        return found.take(np.flatnonzero(found.answers.recognized))
    return found.take(np.flatnonzero(found.scores >= np.float32(max(min_score, LISTED))))


def sign_values(sign: FoundSign) -> dict[str, Any]:
    """A sign as JSON has it: rounded to a hundredth of a pixel and a millionth of a score."""
    return {
        "box": rounded(sign.box),
        "score": round(sign.score, 6),
        "sign_score": round(sign.sign_score, 6),
        "category": sign.category,
        "class_id": sign.class_id,
        "name": sign.name,
        "stvo": sign.stvo,
        "probability": round(sign.probability, 6),
        "known": round(sign.known, 6),
        "recognized": sign.recognized,
    }


def rounded(pixels: Sequence[float]) -> list[float]:
    """To hundredths."""
    return [round(value, 2) for value in pixels]
