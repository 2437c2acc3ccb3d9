"""Where one part of the images came from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """For the model card.

    Attributes:
        part: "train", "test", "extra", "negatives_train" or "negatives_test".
        name: of the source.
        license: of its images.
    """

    part: str
    name: str
    license: str
