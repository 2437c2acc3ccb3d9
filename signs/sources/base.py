"""What a data source is: a name, a licence, and up to two parts of encoded photos."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

Roi = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Photo:
    """One labelled image, still encoded.

    Attributes:
        data: the bytes of an image file.
        label: class id.
        track: name of the physical sign it shows, unique over the source; None if nobody wrote it
            down.
        name: for people, to find it again in the source.
        roi: the sign's box inside the image: left, top, right, bottom, in pixels, as GTSRB's
            annotations have it; None if nobody drew one.
    """

    data: bytes
    label: int
    track: str | None
    name: str
    roi: Roi | None = None


@dataclass(frozen=True)
class Source:
    """Where images come from.

    Attributes:
        name: for people, as it should stand in a report; no local path.
        licence: of the images, with whom to cite.
        parts: "train" and, where the source has a test part of its own, "test"; each call yields
            the part's photos in the source's order and raises `SignsError` where it cannot.
    """

    name: str
    licence: str
    parts: Mapping[str, Callable[[], Iterator[Photo]]]


GTSRB_LICENCE = (
    "published for research without a formal licence; cite J. Stallkamp, M. Schlipsing, "
    'J. Salmen, C. Igel, "Man vs. computer: Benchmarking machine learning algorithms for traffic '
    'sign recognition", Neural Networks 32, 2012'
)

RELATIVE_PATH_HINT = (
    "; a relative path counts from the project's root: for `dvc exp run` with --temp or --queue "
    "give an absolute path"
)
