"""Counts of what a source of scenes holds, and what to know before training on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from signs.catalog.label_space import LabelSpace
from signs.data.scenes.source import SceneSource
from signs.data.tally import Counts, titles
from signs.records.scene import IGNORED, Scene


@dataclass
class SceneTally(Counts[Scene]):
    """Counts of scenes.

    Attributes:
        dropped: a line for each box that was left out, and why.
    """

    dropped: list[str] = field(default_factory=list)

    def add(self, image: Scene) -> None:
        """Count what a scene shows."""
        self.classes.update(image.labels.tolist())
        self.boxes += len(image.labels)
        self.names.add(image.name)
        self.dropped.extend(image.dropped)

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it; only labels that are there."""
        return super().to_dict() | {"dropped": self.dropped}


def scene_warnings(
    source: SceneSource, tallies: Mapping[str, SceneTally], label_space: LabelSpace
) -> list[str]:
    """What a person should know before training on a source, a line each.

    Args:
        source: where the scenes come from.
        tallies: of its parts.
        label_space: of the labels.
    """
    found = list(source.warnings)
    for part, tally in tallies.items():
        missing = [label for label in range(len(label_space)) if label not in tally.classes]
        if missing:
            found.append(f"{part}: no sign of {titles(missing, label_space)}")
        if outside := tally.classes[label_space.outside_label]:
            found.append(f"{part}: signs outside of the label space: {outside}")
        if ignored := tally.classes[IGNORED]:
            found.append(f"{part}: regions to ignore: {ignored}")
        if tally.unreadable:
            found.append(f"{part}: scenes that cannot be read: {len(tally.unreadable)}")
        if tally.dropped:
            found.append(
                f"{part}: boxes that were left out: {len(tally.dropped)}, such as of "
                f"{tally.dropped[0]}"
            )
    found.append("a recognizer is not trained on scenes: data.source wants crops around one sign")
    found += [f"no part {part}" for part in ("train", "test") if part not in tallies]
    return found
