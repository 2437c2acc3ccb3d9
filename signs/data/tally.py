"""Counts of what a source holds, and what to know before training on it."""

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from signs.catalog.label_space import LabelSpace
from signs.data.source import Source
from signs.records.photo import Photo

T = TypeVar("T")
PARTS_NEED = 3  # groups of a class, where training, validation and test are cut from them
NAMED = 8  # classes that a warning names


@dataclass
class Counts(ABC, Generic[T]):
    """Counts of the photos or scenes of one part, filled while they pass.

    Attributes:
        images: photos or scenes.
        classes: photos, or signs in scenes, by label.
        groups: names of groups by class id; none where the source names none.
        boxes: photos with the box of their sign, or signs in scenes.
        unreadable: a line for each image that cannot be decoded: its name and why.
        names: of the images.
    """

    images: int = 0
    classes: Counter[int] = field(default_factory=Counter)
    groups: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    boxes: int = 0
    unreadable: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def count(self, images: Iterable[T]) -> Iterator[T]:
        """Pass the images of one part on, and count them; `unreadable` stays as it is."""
        for image in images:
            self.images += 1
            self.add(image)
            yield image

    @abstractmethod
    def add(self, image: T) -> None:
        """Count what an image shows."""

    @property
    def group_count(self) -> int | None:
        """Groups in all; None where the source names none."""
        return sum(map(len, self.groups.values())) or None

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it; only classes that are there."""
        return {
            "images": self.images,
            "classes": {str(label): self.classes[label] for label in sorted(self.classes)},
            "groups": self.group_count,
            "boxes": self.boxes,
            "unreadable": self.unreadable,
        }


class Tally(Counts[Photo]):
    """Counts of photos."""

    def add(self, image: Photo) -> None:
        """Count what a photo shows."""
        self.classes[image.label] += 1
        self.boxes += image.roi is not None
        self.names.add(image.name)
        if image.group is not None:
            self.groups[image.label].add(image.group)


def warnings_of(source: Source, tallies: Mapping[str, Tally], label_space: LabelSpace) -> list[str]:
    """What a person should know before training on a source, a line each.

    Args:
        source: where the photos come from.
        tallies: of its parts; without "train" where it is there to test on.
        label_space: of the labels.
    """
    found = list(source.warnings)
    for part, tally in tallies.items():
        odd = sorted(label for label in tally.classes if not 0 <= label < len(label_space))
        if odd:
            found.append(f"{part}: {odd[0]} is not a class id (0 to {len(label_space) - 1})")
        missing = [label for label in range(len(label_space)) if label not in tally.classes]
        if missing:
            found.append(f"{part}: no image of {titles(missing, label_space)}")
        if tally.unreadable:
            found.append(f"{part}: images that cannot be read: {len(tally.unreadable)}")
    if tallies.keys() >= source.parts.keys():
        used = set().union(*(tally.names for tally in tallies.values()))
        left = [name for name in source.pictures if name not in used]
        if left:
            found.append(f"pictures that are not used: {len(left)}, such as {left[0]}")
    if "train" in tallies:
        found += _cut_warnings(tallies["train"], "test" in tallies, label_space)
    return found


def _cut_warnings(train: Tally, has_test: bool, label_space: LabelSpace) -> list[str]:
    """What is in the way of cutting parts from the training images by group."""
    found = [] if has_test else ["no test part: one is cut from the training images, by group"]
    if train.group_count is None:
        return [
            *found,
            "train: no groups are named: they are inferred from the order of images, or refused",
        ]
    needed = PARTS_NEED - has_test
    few = [label for label in sorted(train.classes) if len(train.groups[label]) < needed]
    if few:
        found.append(
            f"train: fewer than {needed} groups, one for each part that is cut from them, of "
            f"{titles(few, label_space)}"
        )
    return found


def titles(labels: list[int], label_space: LabelSpace) -> str:
    """Some classes by name, and how many more, for a message."""
    inside = [label for label in labels if 0 <= label < len(label_space)]
    more = f" and {len(inside) - NAMED} more" if len(inside) > NAMED else ""
    return ", ".join(label_space.title(label) for label in inside[:NAMED]) + more
