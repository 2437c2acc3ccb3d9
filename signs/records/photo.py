"""One labeled image, still encoded."""

from dataclasses import dataclass

Roi = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Photo:
    """What a data source yields.

    Attributes:
        data: the bytes of an image file.
        label: class id; of a negative, that of `LabelSpace.negative_label`.
        group: name of the physical sign that it shows, unique over the source; None where the
            source does not say.
        name: for people, to find it again in the source.
        roi: the sign's box inside the image: left, top, right, bottom, in pixels, as GTSRB's
            annotations have it; None if the source has no boxes.
        kind: what a negative shows, as `NegativeKind` has it; "" for a sign.
    """

    data: bytes
    label: int
    group: str | None
    name: str
    roi: Roi | None = None
    kind: str = ""
