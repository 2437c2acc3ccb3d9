"""What a recognizer answers for a batch of images."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from signs.catalog.label_space import LabelSpace

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Guess:
    """One class with its probability.

    Attributes:
        class_id: its place in the label space.
        name: what the sign says, in English.
        stvo: its number in the German catalog.
        probability: calibrated, in 0 to 1.
    """

    class_id: int
    name: str
    stvo: str
    probability: float


@dataclass(frozen=True, slots=True)
class Answers:
    """A recognizer's answers for N images, K classes each.

    Attributes:
        probabilities: float32[N, K], calibrated.
        known: float32[N], probability that the image shows one of the classes at all.
        recognized: bool[N], whether `known` reaches the model's threshold.

    Raises:
        ValueError: a shape or dtype is another one.
    """

    probabilities: Floats
    known: Floats
    recognized: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        count = len(self.probabilities)
        if self.probabilities.ndim != 2 or self.probabilities.dtype != np.float32:
            raise ValueError(
                "probabilities must be float32[N, K], got "
                f"{self.probabilities.dtype}{list(self.probabilities.shape)}"
            )
        if self.known.shape != (count,) or self.known.dtype != np.float32:
            raise ValueError(f"known must be float32[{count}], got {self.known.dtype}")
        if self.recognized.shape != (count,) or self.recognized.dtype != np.bool_:
            raise ValueError(f"recognized must be bool[{count}], got {self.recognized.dtype}")

    def __len__(self) -> int:
        return len(self.probabilities)

    @property
    def class_ids(self) -> npt.NDArray[np.int64]:
        """The most probable class of each image: int64[N]."""
        return self.probabilities.argmax(axis=1).astype(np.int64)

    @property
    def confidence(self) -> Floats:
        """Its probability: float32[N]."""
        return self.probabilities.max(axis=1, initial=0)

    def guesses(self, label_space: LabelSpace, count: int) -> Iterator[tuple[Guess, ...]]:
        """The most probable classes of each image in words, of ties the lowest id first.

        Args:
            label_space: of K classes.
            count: how many guesses, the most probable first; at most K are given.
        """
        order = np.argsort(-self.probabilities, axis=1, kind="stable")[:, :count]
        for row, best in zip(self.probabilities, order, strict=True):
            yield tuple(
                # A rounded softmax may come out above 1.
                Guess(i, label_space.names[i], label_space.numbers[i], min(float(row[i]), 1.0))
                for i in best.tolist()
            )
