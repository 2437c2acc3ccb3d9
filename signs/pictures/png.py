"""PNG files: what stands beside the pixels."""

from io import BytesIO

from PIL import Image

# Of one and a half megabytes or more they make Pillow refuse the file.
TEXTS = (b"tEXt", b"zTXt", b"iTXt")
PROFILE = b"iCCP"
SIGNATURE = 8  # bytes before the first chunk


def open_without_texts(data: bytes, load: bool = False) -> Image.Image:
    """Open a PNG without its texts: some programs keep their whole project there.

    Its color profile stays, unless Pillow refuses the file for that too.

    Args:
        data: the file.
        load: decode it too; a chunk after the pixels is refused only then.

    Raises:
        ValueError: neither texts nor a profile are the reason.
        OSError: its pixels are broken.
    """
    problem: Exception = ValueError("its chunks cannot be read")
    for aside in (TEXTS, (*TEXTS, PROFILE)):
        small = _without(data, aside)
        if len(small) == len(data):
            continue
        try:
            return _open(small, load)
        except (OSError, ValueError) as error:
            problem = error.with_traceback(None)  # which would keep its pixels
    raise problem


def _open(data: bytes, load: bool) -> Image.Image:
    opened = Image.open(BytesIO(data), formats=("PNG",))
    if load:
        opened.load()
    return opened


def _without(data: bytes, aside: tuple[bytes, ...]) -> bytes:
    """Leave out chunks of some kinds."""
    kept, position = [data[:SIGNATURE]], SIGNATURE
    while position < len(data):
        end = position + int.from_bytes(data[position : position + 4]) + 12
        if data[position + 4 : position + 8] not in aside:
            kept.append(data[position:end])
        position = end
    return b"".join(kept)
