"""What a source holds: every image is counted and decoded."""

from collections.abc import Callable
from typing import Any, TypeVar

from signs.data.source import SourceOf
from signs.data.tally import Counts
from signs.inference.preprocess import ImageError, decode

Tallies = TypeVar("Tallies", bound=Counts[Any])


def survey(
    source: SourceOf[Any], new_tally: Callable[[], Tallies], draft: int | None = None
) -> dict[str, Tallies]:
    """Read a whole source, and decode each image.

    Args:
        source: of photos or of scenes.
        new_tally: makes the tally of a part: `Tally` for photos, `SceneTally` for scenes.
        draft: as for `decode`.

    Returns:
        A tally for each part.

    Raises:
        SignsError: the source cannot be read.
    """
    tallies = {}
    for part, images in source.parts.items():
        tallies[part] = tally = new_tally()
        for image in tally.count(images()):
            try:
                decode(image.data, draft)
            except ImageError as error:
                tally.unreadable.append(f"{image.name}: {error}")
    return tallies
