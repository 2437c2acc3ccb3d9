"""What commands that write files share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from signs.errors import SignsError
from signs.files import atomic_path

FILE = click.Path(path_type=Path, dir_okay=False)


def require_png(target: Path) -> None:
    """Check the name of a drawing's file.

    Raises:
        SignsError: it does not end in .png.
    """
    if target.suffix.lower() != ".png":
        raise SignsError(f"{target}: the name must end in .png, since drawings are PNG files")


@contextmanager
def writing(target: Path) -> Iterator[Path]:
    """Write a file as a whole or not at all, as `atomic_path` does.

    Raises:
        SignsError: it cannot be written.
    """
    try:
        with atomic_path(target) as path:
            yield path
    except OSError as error:
        raise SignsError(f"cannot write {target}: {error.strerror or error}") from None
