"""The 43 classes of the German Traffic Sign Recognition Benchmark (GTSRB), in its order.

Names follow the meaning of each sign in the German road code (StVO, Anlagen 1 to 3); numbers are
those of the official catalogue of traffic signs (VzKat 2017), with the sub-number where one number
covers several designs. Categories are the six of the benchmark's paper: J. Stallkamp,
M. Schlipsing, J. Salmen, C. Igel, "Man vs. computer", Neural Networks 32, 2012.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Category(StrEnum):
    """The benchmark's grouping of its classes."""

    SPEED_LIMIT = "speed limit"
    PROHIBITORY = "other prohibitory"
    DERESTRICTION = "derestriction"
    MANDATORY = "mandatory"
    DANGER = "danger"
    UNIQUE = "unique"


class Shape(StrEnum):
    """The outline of a sign's plate."""

    CIRCLE = "circle"
    TRIANGLE = "triangle"
    INVERTED_TRIANGLE = "inverted triangle"
    OCTAGON = "octagon"
    DIAMOND = "diamond"


class Other(IntEnum):
    """Kinds of pictures that show none of the classes; each kind is trained on or tested with."""

    MIXTURE = 0  # trained: a sign's plate with another's pictogram
    BESIDE = 1  # trained: crops that miss a sign
    TEXTURE = 2  # trained
    TRAINED_SIGN = 3  # signs outside the classes
    TESTED_SIGN = 4  # ... and others of them
    OBJECT = 5  # tested: things that are no signs
    BACKDROP = 6  # tested: what stands behind signs
    NOTHING = 7  # tested: noise and flat colours

    @property
    def words(self) -> str:
        """The kind as tables name it."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class SignClass:
    """One class.

    Attributes:
        id: the benchmark's class id, 0 to 42, equal to the place in `CLASSES`.
        name: what the sign says, in English.
        stvo: its number in the German catalogue, such as "274-50".
        category: the benchmark's category.
        shape: the outline of the plate.
    """

    id: int
    name: str
    stvo: str
    category: Category
    shape: Shape


_TABLE: tuple[tuple[str, str, Category, Shape], ...] = (
    ("Speed limit (20 km/h)", "274-20", Category.SPEED_LIMIT, Shape.CIRCLE),
    ("Speed limit (30 km/h)", "274-30", Category.SPEED_LIMIT, Shape.CIRCLE),
    ("Speed limit (50 km/h)", "274-50", Category.SPEED_LIMIT, Shape.CIRCLE),
    ("Speed limit (60 km/h)", "274-60", Category.SPEED_LIMIT, Shape.CIRCLE),
    ("Speed limit (70 km/h)", "274-70", Category.SPEED_LIMIT, Shape.CIRCLE),
    ("Speed limit (80 km/h)", "274-80", Category.SPEED_LIMIT, Shape.CIRCLE),
    ("End of speed limit (80 km/h)", "278-80", Category.DERESTRICTION, Shape.CIRCLE),
    ("Speed limit (100 km/h)", "274-100", Category.SPEED_LIMIT, Shape.CIRCLE),
    ("Speed limit (120 km/h)", "274-120", Category.SPEED_LIMIT, Shape.CIRCLE),
    ("No overtaking", "276", Category.PROHIBITORY, Shape.CIRCLE),
    ("No overtaking by vehicles over 3.5 t", "277", Category.PROHIBITORY, Shape.CIRCLE),
    ("Right of way at the next crossing", "301", Category.DANGER, Shape.TRIANGLE),
    ("Priority road", "306", Category.UNIQUE, Shape.DIAMOND),
    ("Yield", "205", Category.UNIQUE, Shape.INVERTED_TRIANGLE),
    ("Stop", "206", Category.UNIQUE, Shape.OCTAGON),
    ("No vehicles", "250", Category.PROHIBITORY, Shape.CIRCLE),
    ("No vehicles over 3.5 t", "253", Category.PROHIBITORY, Shape.CIRCLE),
    ("No entry", "267", Category.UNIQUE, Shape.CIRCLE),
    ("General danger", "101", Category.DANGER, Shape.TRIANGLE),
    ("Bend to the left", "103-10", Category.DANGER, Shape.TRIANGLE),
    ("Bend to the right", "103-20", Category.DANGER, Shape.TRIANGLE),
    ("Double bend, first to the left", "105-10", Category.DANGER, Shape.TRIANGLE),
    ("Uneven road", "112", Category.DANGER, Shape.TRIANGLE),
    ("Slippery road", "114", Category.DANGER, Shape.TRIANGLE),
    ("Road narrows on the right", "121-10", Category.DANGER, Shape.TRIANGLE),
    ("Road works", "123", Category.DANGER, Shape.TRIANGLE),
    ("Traffic signals", "131", Category.DANGER, Shape.TRIANGLE),
    ("Pedestrians", "133-10", Category.DANGER, Shape.TRIANGLE),
    ("Children", "136-10", Category.DANGER, Shape.TRIANGLE),
    ("Cyclists", "138-10", Category.DANGER, Shape.TRIANGLE),
    ("Snow or ice", "101-51", Category.DANGER, Shape.TRIANGLE),
    ("Wild animals crossing", "142-10", Category.DANGER, Shape.TRIANGLE),
    ("End of all restrictions", "282", Category.DERESTRICTION, Shape.CIRCLE),
    ("Turn right ahead", "209", Category.MANDATORY, Shape.CIRCLE),
    ("Turn left ahead", "209-10", Category.MANDATORY, Shape.CIRCLE),
    ("Ahead only", "209-30", Category.MANDATORY, Shape.CIRCLE),
    ("Ahead or right only", "214", Category.MANDATORY, Shape.CIRCLE),
    ("Ahead or left only", "214-10", Category.MANDATORY, Shape.CIRCLE),
    ("Keep right", "222", Category.MANDATORY, Shape.CIRCLE),
    ("Keep left", "222-10", Category.MANDATORY, Shape.CIRCLE),
    ("Roundabout", "215", Category.MANDATORY, Shape.CIRCLE),
    ("End of no overtaking", "280", Category.DERESTRICTION, Shape.CIRCLE),
    ("End of no overtaking by vehicles over 3.5 t", "281", Category.DERESTRICTION, Shape.CIRCLE),
)

CLASSES: tuple[SignClass, ...] = tuple(SignClass(i, *row) for i, row in enumerate(_TABLE))
NUM_CLASSES = len(CLASSES)
OTHER = NUM_CLASSES  # the label in training of what shows none of the classes
NUM_OUTPUTS = NUM_CLASSES + 1  # logits of a network: the classes, then "none of them"
