"""Fill the numbers of README.md and docs/ from committed results.

    uv run python -m docs.numbers            # --check: only say which files are out of date

A comment that a reader of the page does not see follows a number, or a word in quotes:

    93.9%<!-- n: metrics/evaluate.json accuracy .1% -->

It names a file, a key (its parts separated by "/") and a format: Python's format specification,
with "/1e6" or the like behind it to divide first, or "s" for a word. The format "commit" is of a
whole row: the commit that it was measured at, and whether it is stale. A table stands between
`<!-- table: NAME -->` and `<!-- /table -->`, each on a line of its own; `docs/tables.py` has them.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.results import ROOT, CommittedResults, ResultError, measured_at
from docs.tables import TABLES

# The number comes first: a line that began with a comment would end the paragraph before it.
NUMBER = re.compile(
    r'(?P<text>"[^"\n]*"|`[^`\n]*`(?:, stale)?|[+-]?[\d.,]*\d%?)<!-- n: (?P<what>[^<>]+?) -->'
)
TABLE = re.compile(r"<!-- table: (?P<name>\w+) -->\n(?P<text>.*?)<!-- /table -->", re.DOTALL)
MARK = re.compile(r"<!-- (?:n:|/?table)")
CODE = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
# What looks measured: a decimal or a count with a unit of what is measured here.
MEASURED = re.compile(
    r"(?<![\w.-])\d[\d,]*(?:\.\d+)?\s?"
    r"(?:%|ms\b|s\b|seconds?\b|min\b|minutes\b|MB\b|GB\b|errors\b|times\b|photos\b)"
)


def documents(root: Path = ROOT) -> Iterator[Path]:
    """The files whose numbers are filled in."""
    yield root / "README.md"
    yield from sorted((root / "docs").rglob("*.md"))


def fill(text: str, results: CommittedResults) -> str:
    """A text with the numbers and tables that the results give.

    Raises:
        ResultError: a marker names something that is missing, or has no counterpart.
    """
    marks = len(MARK.findall(text))
    text, numbers = NUMBER.subn(lambda m: _number(m["what"], results), text)
    text, tables = TABLE.subn(lambda m: _table(m["name"], results), text)
    if marks != numbers + 2 * tables:
        raise ResultError("a marker follows no number, is not closed, or is misspelled")
    return text


def unmarked(text: str) -> list[str]:
    """What looks like a measured number but stands outside of markers, tables and code."""
    for pattern in (CODE, NUMBER, TABLE):
        text = pattern.sub("", text)
    return MEASURED.findall(text)


def _number(what: str, results: CommittedResults) -> str:
    file, *keys, form = what.split(" ")
    value = results.value(file, " ".join(keys))
    return f"{_formatted(value, form)}<!-- n: {what} -->"


def _formatted(value: Any, form: str) -> str:
    if form == "commit":
        return measured_at(value)
    if form == "s":
        return f'"{value}"'
    spec, _, divisor = form.partition("/")
    try:
        number = float(value) / float(divisor or 1)
        return format(round(number) if spec.endswith("d") else number, spec)
    except (TypeError, ValueError):
        raise ResultError(f"{value!r} cannot be written as {form}") from None


def _table(name: str, results: CommittedResults) -> str:
    if name not in TABLES:
        raise ResultError(f"no table {name}; there are {', '.join(TABLES)}")
    return f"<!-- table: {name} -->\n\n{TABLES[name](results)}\n\n<!-- /table -->"


def main() -> int:
    """Fill in or check all documents; 1 where one was out of date or cannot be filled."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    check, results, bad = parser.parse_args().check, CommittedResults(), 0
    for path in documents():
        name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        try:
            filled = fill(text, results)
        except ResultError as error:
            print(f"{name}: {error}", file=sys.stderr)
            bad = 1
            continue
        if filled != text:
            print(f"{name}: {'out of date' if check else 'filled'}")
            bad |= check
            if not check:
                path.write_text(filled, encoding="utf-8")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
