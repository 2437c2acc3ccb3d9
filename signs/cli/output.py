"""What commands that write files share."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

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


def refuse_twins(targets: Mapping[str, Path]) -> None:
    """Check that no two options name one place to write to.

    Args:
        targets: by the name of the option.

    Raises:
        SignsError: two do.
    """
    seen: dict[Path, str] = {}
    for option, target in targets.items():
        if target.exists() and not (target.is_file() or target.is_dir()):  # such as /dev/null
            continue
        other = seen.setdefault(target.resolve(), option)
        if other != option:
            raise SignsError(f"{other} and {option} both name {target}: name two places")


def require_writable(folder: Path, target: Path) -> None:
    """Make a folder, and check that files can be written into it.

    Args:
        target: what is to be written, for the message.

    Raises:
        SignsError: the folder cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SignsError(f"cannot write {target}: {error.strerror or error}") from None


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
def text_file(target: Path) -> Iterator[IO[str]]:
    """Write a text in UTF-8, with its line ends as they are, as `writing` does."""
    with writing(target) as path, path.open("w", newline="", encoding="utf-8") as stream:
        yield stream


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
