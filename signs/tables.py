"""Tables of text as programs of any country write them."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

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

    UTF-8 or UTF-16 with or without a mark, else Windows-1252; commas, semicolons or tabs; a first
    line `sep=;`; an index in front, with or without a name; separators at the ends of the rows.

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
    rows = [tuple(_fitted(row, len(header), f"{place}, row {n}")) for n, row in enumerate(body, 1)]
    return Table(tuple(name.strip() for name in header), tuple(rows))


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


def _fitted(row: list[str], width: int, place: str) -> Sequence[str]:
    """A row without what stands before the first column or after the last one."""
    if len(row) > width and not any(row[width:]):
        return row[:width]
    if len(row) == width + 1:  # an index without a name, as R writes it
        return row[1:]
    if len(row) != width:
        raise SignsError(f"{place}: {len(row)} values, and the header names {width} columns")
    return row
