"""What commands that write files share."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
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


def refuse_input(target: Path, inputs: Iterable[Path]) -> None:
    """Check that a file to write is not one of those that are read.

    Raises:
        SignsError: it is.
    """
    if target.exists() and any(_is_same(path, target) for path in inputs):
        raise SignsError(f"{target} is one of the files that are read: write to another file")


def require_folder(folder: Path) -> None:
    """Make a folder, and check that files can be written into it.

    Raises:
        SignsError: it cannot be made or written to, or is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise SignsError(f"{folder} is a file: name a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SignsError(f"cannot write {folder}: {error.strerror or error}") from None


def _is_same(path: Path, target: Path) -> bool:
    try:
        return path.samefile(target)
    except (OSError, ValueError):  # one that cannot be read
        return False


@contextmanager
def writing(target: Path) -> Iterator[Path]:
    """Write a file as a whole or not at all, as `atomic_path` does.

    The file that a link leads to is written, and the link stays. A device or a pipe is written to,
    and not replaced.

    Raises:
        SignsError: it cannot be written.
    """
    try:
        if str(target) == "-":
            raise SignsError("- is not the name of a file: name one, or /dev/stdout")
        if target.exists() and not target.is_file():
            with tempfile.TemporaryDirectory() as folder:
                yield (whole := Path(folder) / target.name)
                with target.open("wb") as stream:
                    stream.write(whole.read_bytes())
            return
        with atomic_path(target.resolve()) as path:
            yield path
    except OSError as error:
        raise SignsError(f"cannot write {target}: {error.strerror or error}") from None


@contextmanager
def packages_named(purpose: str, packages: Mapping[str, str]) -> Iterator[None]:
    """Say which package to install where one is missing that predicting does not need.

    Args:
        purpose: what needs it, for the message.
        packages: by module, the name to install it by.

    Raises:
        SignsError: one of `packages` is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = packages.get((error.name or "").split(".")[0])
        if package is None:
            raise
        raise SignsError(
            f"{purpose} needs the package {package}: install it, as with `pip install {package}`"
        ) from None
