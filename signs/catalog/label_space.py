"""Which signs a model tells apart, as a value that travels with data and models."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FIELDS = ("names", "german", "numbers", "categories", "shapes")


@dataclass(frozen=True)
class LabelSpace:
    """An ordered set of signs; the place of a sign is its class id.

    Attributes:
        names: what each sign says, in English; no name twice.
        german: the same in German.
        numbers: of each sign in the German catalog (VzKat), such as "274-50".
        categories: what kind of sign each is, such as "speed limit".
        shapes: the outline of each sign's plate, such as "circle".
        has_negatives: whether a network has one more output, for crops without a sign of it. The
            pipeline always trains one; a model of another origin may lack it.

    Raises:
        ValueError: there are fewer than two signs, a name comes twice, or the tuples differ in
            length.
    """

    names: tuple[str, ...]
    german: tuple[str, ...]
    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    shapes: tuple[str, ...]
    has_negatives: bool = True

    def __post_init__(self) -> None:
        columns = (self.german, self.numbers, self.categories, self.shapes)
        if len(self.names) < 2 or any(len(column) != len(self.names) for column in columns):
            raise ValueError("a label space needs two signs, and as many entries in each column")
        if len(set(self.names)) < len(self.names):
            raise ValueError("a label space names each sign once")

    def __len__(self) -> int:
        """The number of signs, K."""
        return len(self.names)

    @property
    def num_outputs(self) -> int:
        """Logits of a network: K, and one more where there are negatives."""
        return len(self) + self.has_negatives

    @property
    def negative_label(self) -> int:
        """The label of a negative in training data: K."""
        return len(self)

    @property
    def outside_label(self) -> int:
        """The label in scenes of an outside sign, a sign that this label space lacks: K."""
        return len(self)

    def title(self, class_id: int) -> str:
        """A class for tables: its id and name, such as "14 Stop"."""
        return f"{class_id:02d} {self.names[class_id]}"

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @staticmethod
    def from_dict(content: Mapping[str, Any]) -> "LabelSpace":
        """Read what `to_dict` made.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        columns = {name: tuple(content[name]) for name in FIELDS}
        return LabelSpace(**columns, has_negatives=bool(content["has_negatives"]))
