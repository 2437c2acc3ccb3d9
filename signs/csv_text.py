"""Tables of text as programs of any country write them."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise

from signs.errors import SignsError


@dataclass(frozen=True)
class Table:
    """A table of text.

    Attributes:
        columns: their names.
        rows: a text for each column.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def values(self, column: str) -> list[str]:
        """A column's texts."""
        place = self.columns.index(column)
        return [row[place] for row in self.rows]


def read_table(data: bytes, place: str) -> Table:
    """Read a CSV file as programs of any country write it.

    UTF-8, UTF-16 with a mark, or else Windows-1252; commas, semicolons or tabs; a first line
    `sep=;`; an index in front, with or without a name; separators at the ends of all rows.

    Args:
        place: the file, for errors.

    Raises:
        SignsError: it is not such a table, or has no rows.
    """
    text = _decode(data, place).removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    if hint := re.fullmatch(r"sep=(.)\s*", first):
        text, separator = rest, hint[1]
    else:
        separator = max(",;\t", key=first.count)
    try:
        lines = [line for line in csv.reader(StringIO(text), delimiter=separator) if any(line)]
    except csv.Error as error:
        raise SignsError(f"{place} is not a table: {error}") from None
    if len(lines) < 2:
        raise SignsError(f"{place} has no rows")
    header, *body = lines
    while header and not header[-1].strip():
        header.pop()
    body = _without_extra_columns(body, len(header))
    for number, row in enumerate(body, 1):
        if len(row) != len(header):
            raise SignsError(
                f"{place}, row {number}: {len(row)} values, and the header names {len(header)} "
                "columns"
            )
    return Table(tuple(name.strip() for name in header), tuple(map(tuple, body)))


def _decode(data: bytes, place: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data[:4096]:
        raise SignsError(f"{place} is not a table: it holds binary data")
    else:
        encoding = "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _without_extra_columns(rows: list[list[str]], width: int) -> list[list[str]]:
    """Rows without columns that the header does not name, where all rows have the same ones.

    Those are blank columns at the end, and an index in front, as R writes it.
    """
    while all(len(row) > width and not row[-1].strip() for row in rows):
        rows = [row[:-1] for row in rows]
    if all(len(row) == width + 1 for row in rows) and _counts([row[0] for row in rows]):
        return [row[1:] for row in rows]
    return rows


def _counts(texts: Sequence[str]) -> bool:
    """Whether texts are whole numbers, each one more than the one before."""
    if not all(text.strip().isascii() and text.strip().isdecimal() for text in texts):
        return False
    numbers = [int(text) for text in texts]
    return all(after == before + 1 for before, after in pairwise(numbers))
