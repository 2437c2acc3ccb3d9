"""Pictures that commands write."""

import os
from pathlib import Path

from PIL import Image

from signs.errors import SignsError

FAST = 1  # zlib's level: photos get hardly smaller with higher ones, which take four times as long


def save_png(picture: Image.Image, target: Path) -> None:
    """Write a PNG file as a whole or not at all.

    Unlike `writing`, it does not look for what killed processes have left: in a folder of a hundred
    thousand files, that would take longer than the pictures.
    """
    temporary = target.with_name(f".{target.stem}.{os.getpid()}.png")
    try:
        picture.save(temporary, "PNG", compress_level=FAST)
        temporary.replace(target)
    except OSError as error:
        raise SignsError(f"cannot write {target}: {error.strerror or error}") from None
    finally:
        temporary.unlink(missing_ok=True)
