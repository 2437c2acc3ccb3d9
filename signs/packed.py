"""Packed images: what passes between sources, training and evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signs.errors import SignsError
from signs.files import atomic_path


@dataclass(frozen=True, slots=True)
class Packed:
    """Preprocessed images with their labels and tracks.

    Attributes:
        images: uint8[N, S, S, 3], RGB.
        labels: int64[N], class ids; what shows no sign has `OTHER`, or its kind (`Other`).
        tracks: str[N], the physical sign that an image shows; images of one track are near-copies.
        source: where the images come from, for people to read.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    tracks: npt.NDArray[np.str_]
    source: str

    def __post_init__(self) -> None:
        """Check shapes and dtypes.

        Raises:
            ValueError: an array has another shape, length or dtype than the class says.
        """
        n = len(self.images)
        shape = self.images.shape
        if self.images.dtype != np.uint8 or shape != (n, *shape[1:2] * 2, 3):
            raise ValueError(
                f"images must be uint8[N, S, S, 3], got {self.images.dtype}{self.images.shape}"
            )
        if self.labels.shape != (n,) or self.labels.dtype != np.int64:
            raise ValueError(f"labels must be int64[{n}], got {self.labels.dtype}")
        if self.tracks.shape != (n,) or self.tracks.dtype.kind != "U":
            raise ValueError(f"tracks must be str[{n}], got {self.tracks.dtype}")

    def __len__(self) -> int:
        return len(self.labels)

    def save(self, path: Path) -> None:
        """Write an uncompressed .npz; the same arrays give the same bytes."""
        with atomic_path(path) as temporary:
            np.savez(
                temporary,
                images=self.images,
                labels=self.labels,
                tracks=self.tracks,
                source=np.array(self.source),
            )

    @staticmethod
    def load(path: Path) -> "Packed":
        """Read what `save` wrote.

        Raises:
            SignsError: the file is missing.
            ValueError: its arrays have other shapes or dtypes.
        """
        if not path.is_file():
            raise SignsError(f"{path} not found: run `dvc repro` to make it")
        with np.load(path, allow_pickle=False) as arrays:
            return Packed(
                arrays["images"], arrays["labels"], arrays["tracks"], str(arrays["source"])
            )

    def take(self, rows: npt.NDArray[np.intp]) -> "Packed":
        """The images at `rows`, in that order."""
        return Packed(self.images[rows], self.labels[rows], self.tracks[rows], self.source)


def concatenate(parts: Sequence[Packed]) -> Packed:
    """One after the other; all of one image size.

    Raises:
        ValueError: `parts` is empty or the sizes differ.
    """
    return Packed(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.tracks for part in parts]),
        " + ".join(dict.fromkeys(part.source for part in parts)),
    )
