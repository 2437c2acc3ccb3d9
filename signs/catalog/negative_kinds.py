"""Kinds of negatives: crops that show no sign of the label space."""

from enum import StrEnum


class NegativeKind(StrEnum):
    """What a negative shows. No kind is both trained on and tested with.

    The order is part of the seeds of the drawings: new kinds go to the end.
    """

    MIXTURE = "mixture"  # trained: the plate of one sign with the pictogram of another
    BESIDE = "beside"  # trained: crops that miss a sign
    TEXTURE = "texture"  # trained
    TRAINED_SIGN = "trained sign"  # trained: outside signs
    TESTED_SIGN = "tested sign"  # tested: other outside signs
    OBJECT = "object"  # tested: things that are not traffic signs
    BACKDROP = "backdrop"  # tested: what stands behind signs
    NOTHING = "nothing"  # tested: noise and flat colors

    @property
    def number(self) -> int:
        """Its place in the order above, from 0."""
        return list(NegativeKind).index(self)
