"""Which pictures of a source are looked at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Generic, TypeVar

from signs.data.source import SourceOf
from signs.errors import SignsError

T = TypeVar("T")


@dataclass(frozen=True)
class Chosen(Generic[T]):
    """Some parts of a source, one after the other.

    Attributes:
        source: of photos or of scenes.
        names: of the parts.
    """

    source: SourceOf[T]
    names: tuple[str, ...]

    @property
    def title(self) -> str:
        """The parts in words."""
        return " + ".join(self.names)

    def images(self) -> Iterator[T]:
        """All photos or scenes; each call yields the same, in the same order."""
        return chain.from_iterable(self.source.parts[name]() for name in self.names)

    def at(self, places: Iterable[int]) -> dict[int, T]:
        """Those at some places, counted from 0, read once more: nothing else was kept of them."""
        wanted = set(places)
        found: dict[int, T] = {}
        for place, image in enumerate(self.images()):
            if len(found) == len(wanted):
                break
            if place in wanted:
                found[place] = image
        return found


def choose(source: SourceOf[T], asked: str | None) -> Chosen[T]:
    """The part that is asked for; else the test part, or all where there is none.

    Raises:
        SignsError: the source has no such part.
    """
    parts = tuple(source.parts)
    if asked is None:
        return Chosen(source, ("test",) if "test" in parts else parts)
    if asked not in parts:
        raise SignsError(f"{source.name}: it has no part {asked}, but: {', '.join(parts)}")
    return Chosen(source, (asked,))


@dataclass
class Reading:
    """What came of reading pictures.

    Attributes:
        places: of those that could be read, among all.
        names: of the same.
        unreadable: a line for each other one: its name and why.
    """

    places: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def require_some(self, source: str, pictures: str) -> None:
        """Make sure that something could be read.

        Args:
            source: its name.
            pictures: what was to be read, for the message.

        Raises:
            SignsError: nothing could.
        """
        if self.places:
            return
        if self.unreadable:
            raise SignsError(
                f"{source}: not one of {len(self.unreadable)} {pictures} can be read: "
                f"{self.unreadable[0]}"
            )
        raise SignsError(f"{source}: there are no {pictures} in it")
