"""What a source of scenes holds: every scene is counted and decoded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from signs.catalog.label_space import LabelSpace
from signs.data.scenes.source import SceneSource
from signs.data.tally import Tally, titles
from signs.inference.preprocess import ImageError, decode
from signs.records.scene import IGNORED


@dataclass
class SceneTally(Tally):
    """Counts of the scenes of one part; `classes` and `boxes` count signs.

    Attributes:
        dropped: a line for each box that was left out, and why.
    """

    dropped: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it; only labels that are there."""
        return super().to_dict() | {"dropped": self.dropped}


def survey_scenes(source: SceneSource) -> dict[str, SceneTally]:
    """Read a whole source, and decode each scene.

    Returns:
        A tally for each part.

    Raises:
        SignsError: the source cannot be read.
    """
    tallies = {}
    for part, scenes in source.parts.items():
        tallies[part] = tally = SceneTally()
        for scene in scenes():
            tally.images += 1
            tally.classes.update(scene.labels.tolist())
            tally.boxes += len(scene.labels)
            tally.dropped.extend(scene.dropped)
            try:
                decode(scene.data)
            except ImageError as error:
                tally.unreadable.append(f"{scene.name}: {error}")
    return tallies


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
