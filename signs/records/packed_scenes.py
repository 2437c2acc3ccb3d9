"""Packed scenes: what passes between the data, training and evaluation of a detector."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signs.catalog.label_space import LabelSpace
from signs.errors import SignsError
from signs.files import atomic_path
from signs.records.packed import Strings
from signs.records.scene import Boxes, Labels, Scene


@dataclass(frozen=True, slots=True)
class PackedScenes:
    """Scenes, still encoded, with their groups.

    Attributes:
        scenes: N of them; each can be decoded.
        groups: str[N], the place that a scene shows; scenes of one group may show one sign.
        source: where they come from, for people to read.
        label_space: the signs that the labels are of.

    Raises:
        ValueError: the lengths differ, or a label is unknown.
    """

    scenes: tuple[Scene, ...]
    groups: Strings
    source: str
    label_space: LabelSpace

    def __post_init__(self) -> None:
        if self.groups.shape != (len(self.scenes),) or self.groups.dtype.kind != "U":
            raise ValueError(f"groups must be str[{len(self.scenes)}], got {self.groups.dtype}")
        last = self.label_space.outside_label
        for scene in self.scenes:
            if len(scene.labels) and not -1 <= scene.labels.min() <= scene.labels.max() <= last:
                raise ValueError(f"labels must be -1 to {last}")

    def __len__(self) -> int:
        return len(self.scenes)

    def take(self, rows: npt.NDArray[np.intp]) -> "PackedScenes":
        """The scenes at `rows`, in that order."""
        kept = tuple(self.scenes[row] for row in rows.tolist())
        return PackedScenes(kept, self.groups[rows], self.source, self.label_space)

    def save(self, path: Path) -> None:
        """Write an uncompressed .npz; the same scenes give the same bytes."""
        boxes: list[Boxes] = [scene.boxes for scene in self.scenes]
        labels: list[Labels] = [scene.labels for scene in self.scenes]
        with atomic_path(path) as temporary:
            np.savez(
                temporary,
                data=np.frombuffer(b"".join(scene.data for scene in self.scenes), np.uint8),
                sizes=np.array([len(scene.data) for scene in self.scenes], np.int64),
                names=np.array([scene.name for scene in self.scenes], np.str_),
                boxes=np.concatenate([np.empty((0, 4), np.float32), *boxes]),
                labels=np.concatenate([np.empty(0, np.int64), *labels]),
                counts=np.array([len(some) for some in labels], np.int64),
                groups=self.groups,
                source=np.array(self.source),
                label_space=np.array(json.dumps(self.label_space.to_dict(), ensure_ascii=False)),
            )

    @staticmethod
    def load(path: Path) -> "PackedScenes":
        """Read what `save` wrote.

        Raises:
            SignsError: the file is missing, or of another version.
        """
        if not path.is_file():
            raise SignsError(f"{path} not found: run `dvc repro` to make it")
        with np.load(path, allow_pickle=False) as arrays:
            try:
                label_space = LabelSpace.from_dict(json.loads(str(arrays["label_space"])))
                ends, blob = np.cumsum(arrays["sizes"]), arrays["data"]
                data = [part.tobytes() for part in np.split(blob, ends)[:-1]]
                cuts = np.cumsum(arrays["counts"])
                boxes = np.split(arrays["boxes"], cuts)[:-1]
                labels = np.split(arrays["labels"], cuts)[:-1]
                names = [str(name) for name in arrays["names"]]
                scenes = tuple(map(Scene, data, names, boxes, labels))
                return PackedScenes(scenes, arrays["groups"], str(arrays["source"]), label_space)
            except KeyError:
                raise SignsError(f"{path} is of another version: run `dvc repro`") from None
