"""One road picture, still encoded, with the signs in it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
IGNORED = -1  # the label of a region in which a detector is neither trained nor judged


@dataclass(frozen=True, slots=True)
class Scene:
    """What a source of scenes yields.

    Attributes:
        data: the bytes of an image file.
        name: for people, to find it again in the source.
        boxes: float32[N, 4]: left, top, right and bottom of each sign in pixels of the upright
            picture, right and bottom exclusive; inside the picture and not empty.
        labels: int64[N]: class ids; `LabelSpace.outside_label` for a sign that the label space
            lacks; `IGNORED` for a region.
        dropped: a line for each box of the source that was left out, and why.
    """

    data: bytes
    name: str
    boxes: Boxes
    labels: Labels
    dropped: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.labels)
        if self.boxes.shape != (count, 4) or self.boxes.dtype != np.float32:
            raise ValueError(f"boxes must be float32[{count}, 4], got {self.boxes.dtype}")
        if self.labels.dtype != np.int64:
            raise ValueError(f"labels must be int64[N], got {self.labels.dtype}")
