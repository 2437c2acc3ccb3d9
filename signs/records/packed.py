"""Packed images: what passes between data, splitting, training and evaluation."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signs.catalog.label_space import LabelSpace
from signs.errors import SignsError
from signs.files import atomic_path

Strings = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Packed:
    """Preprocessed images with their labels and groups.

    Attributes:
        images: uint8[N, S, S, 3], RGB.
        labels: int64[N], class ids of `label_space`, or its `negative`.
        groups: str[N], the physical sign that an image shows; images of one group are near-copies.
        source: where the images come from, for people to read.
        label_space: the signs that the labels are of.
        kinds: str[N], what a negative shows, as `NegativeKind` has it; "" for a sign. Left out: all
            are signs.

    Raises:
        ValueError: an array has another shape, length or dtype than that, or a label is unknown.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    groups: Strings
    source: str
    label_space: LabelSpace
    kinds: Strings = field(default_factory=lambda: np.empty(0, "U1"))

    def __post_init__(self) -> None:
        n = len(self.images)
        shape = self.images.shape
        if self.images.dtype != np.uint8 or shape != (n, *shape[1:2] * 2, 3):
            raise ValueError(f"images must be uint8[N, S, S, 3], got {self.images.dtype}{shape}")
        if self.labels.shape != (n,) or self.labels.dtype != np.int64:
            raise ValueError(f"labels must be int64[{n}], got {self.labels.dtype}")
        if n and not 0 <= self.labels.min() <= self.labels.max() < self.label_space.num_outputs:
            raise ValueError(f"labels must be 0 to {self.label_space.num_outputs - 1}")
        if not len(self.kinds):
            object.__setattr__(self, "kinds", np.full(n, "", "U1"))
        for name, strings in (("groups", self.groups), ("kinds", self.kinds)):
            if strings.shape != (n,) or strings.dtype.kind != "U":
                raise ValueError(f"{name} must be str[{n}], got {strings.dtype}")

    def __len__(self) -> int:
        return len(self.labels)

    def save(self, path: Path) -> None:
        """Write an uncompressed .npz; the same arrays give the same bytes."""
        with atomic_path(path) as temporary:
            np.savez(
                temporary,
                images=self.images,
                labels=self.labels,
                groups=self.groups,
                kinds=self.kinds,
                source=np.array(self.source),
                label_space=np.array(json.dumps(self.label_space.to_dict(), ensure_ascii=False)),
            )

    @staticmethod
    def load(path: Path) -> "Packed":
        """Read what `save` wrote.

        Raises:
            SignsError: the file is missing, or of another version.
            ValueError: its arrays have other shapes or dtypes.
        """
        if not path.is_file():
            raise SignsError(f"{path} not found: run `dvc repro` to make it")
        with np.load(path, allow_pickle=False) as arrays:
            try:
                label_space = LabelSpace.from_dict(json.loads(str(arrays["label_space"])))
                return Packed(
                    arrays["images"],
                    arrays["labels"],
                    arrays["groups"],
                    str(arrays["source"]),
                    label_space,
                    arrays["kinds"],
                )
            except KeyError:
                raise SignsError(f"{path} is of another version: run `dvc repro`") from None

    def take(self, rows: npt.NDArray[np.intp]) -> "Packed":
        """The images at `rows`, in that order."""
        return Packed(
            self.images[rows],
            self.labels[rows],
            self.groups[rows],
            self.source,
            self.label_space,
            self.kinds[rows],
        )


def concatenate(parts: Sequence[Packed]) -> Packed:
    """One after the other; all of one image size and label space.

    Raises:
        ValueError: `parts` is empty, or sizes or label spaces differ.
    """
    if len({part.label_space for part in parts}) != 1:
        raise ValueError("parts must be at least one, and of one label space")
    return Packed(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.groups for part in parts]),
        " + ".join(dict.fromkeys(part.source for part in parts)),
        parts[0].label_space,
        np.concatenate([part.kinds for part in parts]),
    )
