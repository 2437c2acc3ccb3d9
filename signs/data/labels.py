"""Labels and columns as people write them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from signs.catalog.label_space import LabelSpace
from signs.errors import SignsError

# The usual names of a column, in the order in which they are tried, without case and punctuation.
IMAGE_COLUMNS = ("image", "img", "picture", "photo", "path", "bild")
PATH_COLUMNS = (
    "path", "filename", "file", "filepath", "image", "imagepath", "imagefile", "imagename", "img",
    "pfad", "datei", "dateiname", "bild",
)  # fmt: skip
CLASS_COLUMNS = (
    "classid",
    "label",
    "class",
    "labels",
    "classlabel",
    "category",
    "target",
    "klasse",
)
GROUP_COLUMNS = ("group", "groupid", "track", "trackid")
NAMED = 6  # names that a warning shows
SPEEDS = frozenset(["5", *(str(speed) for speed in range(10, 140, 10))])  # km/h
BOX_COLUMNS = (
    ("roix1", "xmin", "x1", "left"),
    ("roiy1", "ymin", "y1", "top"),
    ("roix2", "xmax", "x2", "right"),
    ("roiy2", "ymax", "y2", "bottom"),
)


def find_column(columns: Iterable[str], usual: Sequence[str]) -> str | None:
    """The column that has one of the usual names; None where there is none."""
    by_word = {_word(column): column for column in columns}
    return next((by_word[name] for name in usual if name in by_word), None)


def need_column(
    columns: Sequence[str],
    usual: Sequence[str],
    what: str,
    place: str,
    seen: Sequence[str] | None = None,
) -> str:
    """Like `find_column`, for a column that must be there.

    Args:
        what: the column holds, for the message.
        place: the table, for the message.
        seen: all columns, for the message, where only some can hold it.

    Raises:
        SignsError: there is none; the message lists the columns that are there.
    """
    found = find_column(columns, usual)
    if found is None:
        listed = ", ".join(column[:40] for column in (seen or columns)[:20]) or "none"
        raise SignsError(f"{place} has no column of {what}, such as {usual[0]}; it has: {listed}")
    return found


def read_label(value: object, label_space: LabelSpace) -> int | None:
    """The class id that a value means; None where it means none.

    Args:
        value: a whole number or its digits, or a sign's English or German name, or its number in
            the catalog where that is more than digits. The number may be out of the label space.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    if re.fullmatch(r"-?\d{1,9}(\.0+)?", text, re.ASCII):
        return int(text.split(".")[0])
    for names in (label_space.names, label_space.german, label_space.numbers):
        words = [_word(name) for name in names]
        if _word(text) and words.count(_word(text)) == 1:
            return words.index(_word(text))
    return None


def read_folder_label(name: str, label_space: LabelSpace) -> int | None:
    """The class id that a folder's name means; None where it means none.

    Args:
        name: what `read_label` takes within the label space, or a class id with its sign's name
            after it, such as "14_Stop". "50 km" is refused: 50 need not be a class id.
    """
    found = None if "." in name else read_label(name, label_space)
    if found is None and (numbered := re.fullmatch(r"(\d{1,9})\W*_*(\D.*)", name, re.ASCII)):
        found = int(numbered[1])
        if read_label(numbered[2], label_space) != found:
            return None
    return found if found is not None and 0 <= found < len(label_space) else None


def refuse_speeds(names: Sequence[str], place: str) -> None:
    """Refuse names of classes that are all numbers on speed limits: they need not be class ids.

    Raises:
        SignsError: they are.
    """
    if names and all(name.strip() in SPEEDS for name in names):
        raise SignsError(
            f"{place}: the classes are named {', '.join(list(names)[:4])}, which may be class ids "
            "or speed limits: name them as `signs classes` does, or with zeros in front, as 00030"
        )


def scene_labels(names: Sequence[str], label_space: LabelSpace) -> list[int]:
    """The label of each class that annotations of scenes name.

    Digits are class ids only where the names count from 0 without a gap: a class "30" among others
    may be a speed limit.

    Returns:
        Class ids, and `LabelSpace.outside_label` for a name that means no sign.
    """
    counted = sorted(names) == sorted(str(number) for number in range(len(names)))
    labels = []
    for name in names:
        digits = name.strip().isdecimal()
        found = None if digits and not counted else read_label(name, label_space)
        inside = found is not None and 0 <= found < len(label_space)
        labels.append(found if inside and found is not None else label_space.outside_label)
    return labels


def outside_warning(names: Sequence[str], label_space: LabelSpace) -> list[str]:
    """A line on the names that `scene_labels` takes for outside signs, if there are any."""
    labels = scene_labels(names, label_space)
    outside = [n for n, c in zip(names, labels, strict=True) if c == label_space.outside_label]
    if not outside:
        return []
    more = f" and {len(outside) - NAMED} more" if len(outside) > NAMED else ""
    return [f"taken for signs outside of the label space: {', '.join(outside[:NAMED])}{more}"]


def class_ids(
    names: Sequence[str], label_space: LabelSpace, place: str
) -> tuple[list[int], str | None]:
    """The class ids behind the numbers of a column that has names for them.

    Folders that `datasets` reads as classes come in alphabetical order, "0", "1", "10", so that
    such a number is not a class id: the names decide.

    Returns:
        A class id for each name, and a warning where only their order tells.

    Raises:
        SignsError: the names mean no classes, and their order may be the alphabet's.
    """
    refuse_speeds(names, place)
    found = [read_label(name, label_space) for name in names]
    known = [label for label in found if label is not None and 0 <= label < len(label_space)]
    if len(known) == len(set(known)) == len(names):
        return known, None
    shown = ", ".join(list(names)[:4])
    if list(names) == sorted(names) or len(names) != len(label_space):
        raise SignsError(
            f"{place}: the classes are named {shown}, ..., which are neither class ids (0 to "
            f"{len(label_space) - 1}) nor names of signs, and their order does not tell either: "
            "rename them to what `signs classes` lists"
        )
    return list(range(len(names))), (
        f"{place}: the classes are named {shown}, ..., which are not names of signs here; they are "
        f"taken in this order, as {label_space.title(0)}, {label_space.title(1)}, ..."
    )


def _word(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFC", text).casefold())
