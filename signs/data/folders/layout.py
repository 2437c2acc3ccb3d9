"""What a module for a layout of files is."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from signs.catalog.label_space import LabelSpace
from signs.data.folders.tree import Tree

T = TypeVar("T")
Found = TypeVar("Found", covariant=True)


class Layout(Protocol[Found]):
    """A layout of photos or scenes in a folder or a zip archive.

    Any module with these two names is one.

    Attributes:
        LAYOUT: its description, such as "Train.csv with Train/0/00000_00000_00000.png".
    """

    LAYOUT: str

    def read(self, tree: Tree, label_space: LabelSpace) -> Found | None:
        """The source in `tree`; None where it lies in another layout.

        Raises:
            SignsError: something that the layout needs is missing.
        """


def read_first(layouts: Sequence[Layout[T]], tree: Tree, label_space: LabelSpace) -> T | None:
    """The source in the first layout that `tree` has; None where it has another.

    Raises:
        SignsError: something that this layout needs is missing.
    """
    return next((found for each in layouts if (found := each.read(tree, label_space))), None)
