"""What commands share when they write files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from signs.errors import SignsError
from signs.files import atomic_path

FILE = click.Path(path_type=Path, dir_okay=False)


def require_png(target: Path) -> None:
    """Raise a `SignsError` unless the name ends in .png."""
    if target.suffix.lower() != ".png":
        raise SignsError(f"{target}: a drawing is a PNG file, so its name must end in .png")


@contextmanager
def writing(target: Path) -> Iterator[Path]:
    """Write whole or not at all, and say in one line why it could not be written."""
    try:
        with atomic_path(target) as path:
            yield path
    except OSError as error:
        raise SignsError(f"cannot write {target}: {error.strerror or error}") from None
