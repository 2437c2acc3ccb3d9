"""Open a folder or zip archives as a tree of files."""

import lzma
import os
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, is_zipfile

from signs.data.folders.tree import Tree, list_folder
from signs.errors import SignsError, encodable
from signs.walk import is_litter

MAX_FILE = 2**30  # bytes of one file in an archive: a bomb must not fill the memory
# What zipfile raises for a member that is damaged, or compressed or locked in an unknown way.
BROKEN = (BadZipFile, EOFError, RuntimeError, lzma.LZMAError, zlib.error)


def place_of(spec: str) -> Path:
    """The path that a person means, with ~ for the home folder.

    Raises:
        SignsError: it is blank, which Python takes for the current folder.
    """
    if not spec.strip():
        raise SignsError("the name of the source is blank: name a folder or a zip archive")
    return Path(spec.strip()).expanduser()


def open_tree(path: Path) -> Tree:
    """List a folder, or a zip archive.

    Raises:
        SignsError: it cannot be read, or is a file of another kind.
    """
    if path.is_dir():
        return list_folder(path)
    if is_zipfile(path):
        return merged([path])
    if path.suffix.lower() == ".zip":
        reason = (
            "is not whole: download it again" if os.access(path, os.R_OK) else "may not be read"
        )
        raise SignsError(f"the archive {path} {reason}")
    inside = path.resolve().parent
    raise SignsError(
        f"{path} is a file, and no zip archive: name the folder it lies in ({inside.name}), or "
        "unpack it first if it is an archive of another kind"
    )


def merged(archives: Sequence[Path]) -> Tree:
    """The files of several zip archives, as if they were unpacked into one folder.

    Raises:
        SignsError: an archive is broken, or locked by a password.
    """
    members: dict[str, Callable[[], BinaryIO]] = {}
    contents: dict[str, tuple[int, int]] = {}
    for path in archives:
        try:
            archive = ZipFile(path)
        except (BadZipFile, OSError) as error:
            raise SignsError(f"{path} cannot be opened ({error}): download it again") from None
        for info in archive.infolist():
            name = info.filename.replace("\\", "/").strip("/")
            if info.is_dir() or any(map(is_litter, name.split("/"))):
                continue
            if info.flag_bits & 1:
                raise SignsError(f"{path} is locked by a password: unpack it first")
            if contents.setdefault(name, (info.CRC, info.file_size)) != (info.CRC, info.file_size):
                raise SignsError(
                    f"{path} holds another {encodable(name)} than the archive beside it: name one "
                    "of them as the source"
                )
            members[name] = partial(_open_member, archive, info.filename)
    place = archives[0].resolve()
    name = place.name if len(archives) == 1 else place.parent.name
    return Tree(encodable(name), place, lambda file: members[file](), tuple(sorted(members)))


def zips_in(tree: Tree) -> list[Path]:
    """The zip archives at the top of a folder."""
    if not tree.place.is_dir():
        return []
    return [tree.place / f for f in tree.files if "/" not in f and f.lower().endswith(".zip")]


def _open_member(archive: ZipFile, name: str) -> BinaryIO:
    """A file in an archive, in memory."""
    if archive.getinfo(name).file_size > MAX_FILE:
        raise OSError(None, f"larger than {MAX_FILE} bytes")
    try:
        return BytesIO(archive.read(name))
    except BROKEN as error:
        raise OSError(None, f"broken in the archive: {error}") from None
