"""A data source: a name, a license, and up to two parts of encoded photos."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from signs.records.photo import Photo


@dataclass(frozen=True)
class Source:
    """Where images come from.

    Attributes:
        name: for people, as it appears in reports; contains no local path.
        license: of the images, and whom to cite.
        parts: "train" and, where the source has a test part of its own, "test"; each call yields
            the part's photos in the source's order and raises `SignsError` if it cannot.
        id: identifies the images, unique to the source: a resolved path or a hub id. Never shown,
            since a path is private. "" stands for the name.
    """

    name: str
    license: str
    parts: Mapping[str, Callable[[], Iterator[Photo]]]
    id: str = ""


class Layout(Protocol):
    """A layout of photos in a folder; any module with these three names is one.

    Attributes:
        LAYOUT: its description, such as "Train.csv with Train/0/00000_00000_00000.png".
    """

    LAYOUT: str

    def recognizes(self, folder: Path) -> bool:
        """Whether `folder` has this layout; reads no photo."""

    def folder_source(self, folder: Path) -> Source:
        """The photos in `folder`, which has this layout.

        Raises:
            SignsError: something that the layout needs is missing.
        """


GTSRB_LICENSE = (
    "published for research without a formal license; cite J. Stallkamp, M. Schlipsing, "
    'J. Salmen, C. Igel, "Man vs. computer: Benchmarking machine learning algorithms for traffic '
    'sign recognition", Neural Networks 32, 2012'
)

RELATIVE_PATH_HINT = (
    "; a relative path counts from the project's root: for `dvc exp run` with --temp or --queue "
    "give an absolute path"
)
