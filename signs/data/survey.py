"""What a source holds: every photo is counted and decoded."""

from signs.data.source import Source
from signs.data.tally import Tally
from signs.inference.preprocess import DRAFT_FACTOR, ImageError, decode

DRAFT = 48 * DRAFT_FACTOR  # pixels: large JPEGs are decoded at no more than the default needs


def survey(source: Source) -> dict[str, Tally]:
    """Read a whole source, and decode each photo.

    Returns:
        A tally for each part.

    Raises:
        SignsError: the source cannot be read.
    """
    tallies = {}
    for part, photos in source.parts.items():
        tallies[part] = tally = Tally()
        for photo in tally.count(photos()):
            try:
                decode(photo.data, DRAFT)
            except ImageError as error:
                tally.unreadable.append(f"{photo.name}: {error}")
    return tallies
