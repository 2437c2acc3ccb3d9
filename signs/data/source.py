"""A data source: a name, a license, and parts of encoded images."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from signs.records.photo import Photo

T = TypeVar("T")
Parts = dict[str, Callable[[], Iterator[Photo]]]


@dataclass(frozen=True)
class SourceOf(Generic[T]):
    """Where photos or scenes come from.

    Attributes:
        name: for people, as it appears in reports; contains no local path.
        license: of the images, and whom to cite.
        parts: "train" and, where the source has them, "test" and, of scenes, "validation"; each
            call yields the part's images in the source's order and raises `SignsError` if it
            cannot.
        id: identifies the images, unique to the source: a resolved path or a hub id. Never shown,
            since a path is private. "" stands for the name.
        layout: how the images lie there, in a few words.
        warnings: what a person should know before training on them, a line each.
        pictures: all that lie there, by the names that their photos have, so that those without a
            photo can be told; none where the layout does not say.
    """

    name: str
    license: str
    parts: Mapping[str, Callable[[], Iterator[T]]]
    id: str = ""
    layout: str = ""
    warnings: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()


Source = SourceOf[Photo]

GTSRB_LICENSE = (
    "published for research without a formal license; cite J. Stallkamp, M. Schlipsing, "
    'J. Salmen, C. Igel, "Man vs. computer: Benchmarking machine learning algorithms for traffic '
    'sign recognition", Neural Networks 32, 2012'
)
PHOTO_LICENSE = f"as its owner says; if it is GTSRB: {GTSRB_LICENSE}"

RELATIVE_PATH_HINT = (
    "; a relative path counts from the project's root: for `dvc exp run` with --temp or --queue "
    "give an absolute path"
)
