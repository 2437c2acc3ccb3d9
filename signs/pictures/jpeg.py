"""JPEG files: how much work they are, and those that lack their last bytes."""

import re
from io import BytesIO

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

# A marker that a segment follows, or the image's end: not a stuffed byte, a restart, a start.
MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
END = bytes((0xFF, END_OF_IMAGE))
# Bytes that no encoder writes in a row: where pixels are missing, they show.
NOISE = bytes((37 * n + 11) % 251 for n in range(256))


def count_scans(data: bytes, at_most: int) -> tuple[int, bool]:
    """Scans of a JPEG, up to the end of its first image.

    Phones append a video or a second image after that end, in which anything can look like the
    begin of a scan (ITU-T T.81, annex B, has the markers).

    Args:
        data: the file.
        at_most: scans that are counted.

    Returns:
        The scans, and whether the image has an end; False too where there are more scans.
    """
    scans, position = 0, 2
    while scans < at_most and (marker := MARKER.search(data, position)):
        code, position = data[marker.end() - 1], marker.end()
        if code == END_OF_IMAGE:
            return scans, True
        scans += code == START_OF_SCAN
        position += int.from_bytes(data[position : position + 2])  # the segment's own length
    return scans, False


def without_end(data: bytes, draft: int | None) -> Image.Image | None:
    """The pixels of a JPEG that was cut off, if all of them are there.

    Where pixels are missing, libjpeg makes some up, from whatever follows: so what is decoded with
    noise in that place differs from what is decoded without.

    Args:
        data: the file.
        draft: as for `signs.pictures.decoding.decode`.
    """
    begin = data.rstrip(b"\xff")
    with_end, with_noise = (_load(begin + rest + END, draft) for rest in (b"", NOISE))
    return with_end if with_end == with_noise else None


def _load(data: bytes, draft: int | None) -> Image.Image:
    image = JpegImageFile(BytesIO(data))
    if draft:
        image.draft(None, (draft, draft))
    image.load()
    return image
