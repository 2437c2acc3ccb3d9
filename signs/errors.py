"""The one error that people see: a line that says what is wrong and what to do."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class SignsError(Exception):
    """Something the user can mend; its text is one line that says how."""


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn a `SignsError` inside the block into its line on stderr and exit code 1."""
    try:
        yield
    except SignsError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
