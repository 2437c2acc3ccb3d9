"""Read the header of a picture, and hold what it announces against the limits."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from signs.pictures.avif import as_still, coded_pixels
from signs.pictures.formats import FORMATS, RAW, ImageError, UnknownFormatError, recognize
from signs.pictures.jpeg import count_scans
from signs.pictures.png import open_without_texts

MIN_SIDE = 4  # pixels; the smallest sign of GTSRB has 15
MAX_PIXELS = 100_000_000  # of which PNG takes 4 bytes each, WebP 16, and rare HEICs 23
# A JPEG that is decoded at a reduced size, row by row, may have more: phones make 200 million.
MAX_DRAFTED = 210_000_000
MAX_SCANS = 100  # of a JPEG: each costs as much as all its pixels; ten are usual
MAX_SCANNED = 1_200_000_000  # scans times pixels
PLAIN = (b"P1", b"P2", b"P3")  # PPM in decimal digits, which Pillow reads in Python
MAX_PLAIN_PIXELS = 500_000  # of those: a second
MOST_AFTER_END = 100_000  # bytes that may follow the last chunk of a PNG
MAX_BOXES = 100_000  # that are looked at to find out whether a file was cut off
SCANS = "scans"  # of a JPEG, under this key of `Image.info`

# Pillow warns of large images (the limits are those above) and of odd EXIF data, and Python keeps
# each warning that is not ignored.
warnings.filterwarnings("ignore", module=r"PIL\.")
# Pillow refuses an image of twice as many pixels before anyone can see its size.
Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS or 0, MAX_DRAFTED // 2)


def open_image(data: bytes, formats: tuple[str, ...] = FORMATS) -> Image.Image:
    """Read an encoded image up to its pixels: usually a short header, at worst all its bytes.

    Args:
        data: the file.
        formats: those of `signs.pictures.formats.FORMATS` that are read.

    Raises:
        UnknownFormatError: the bytes are not an image, or in a format that is not read.
        ImageError: a known format, and broken; or huge; or made to take long.
    """
    if not data:
        raise ImageError("the image is empty: no bytes arrived")
    name = recognize(data, formats)
    with broken_files_refused(data, name):
        if name == "JPEG":
            return _open_jpeg(data)
        if name == "HEIC":
            return _open_heic(data)
        if name == "TIFF" and _is_raw(data):
            raise UnknownFormatError(f"this is {RAW.name}: {RAW.way_out}")
        opened = _open_avif(data) if name == "AVIF" else _open(data, name)
    if data.startswith(PLAIN):
        check_size(opened.size, MAX_PLAIN_PIXELS)
    return opened


def _open(data: bytes, name: str) -> Image.Image:
    try:
        return Image.open(BytesIO(data), formats=(name,))
    except UnidentifiedImageError:
        raise OSError("its header cannot be read") from None
    except ValueError:
        if name != "PNG":
            raise
        return open_without_texts(data)


def _open_jpeg(data: bytes) -> Image.Image:
    """A JPEG, or the first of several in one file, where Pillow would look for the others."""
    scans, _ = count_scans(data, MAX_SCANS + 1)
    if scans > MAX_SCANS:
        raise ImageError(f"the image is a JPEG of more than {MAX_SCANS} scans: save it again")
    opened = JpegImageFile(BytesIO(data))
    if scans * opened.width * opened.height > MAX_SCANNED:
        raise ImageError(
            f"the image is a JPEG of {scans} scans, too many for its size: save it again"
        )
    opened.info[SCANS] = scans
    return opened


def _open_avif(data: bytes) -> Image.Image:
    opened = _open(as_still(data), "AVIF")
    # A part of the picture may exceed it, by its edges.
    if coded_pixels(data) > opened.width * opened.height + 1_000_000:
        raise ValueError("what is coded in it is larger than it says")
    return opened


def _open_heic(data: bytes) -> Image.Image:
    # Not at the top: `recognize` has found it installed, and few pictures need it.
    from pillow_heif import options
    from pillow_heif.as_plugin import HeifImageFile

    options.DECODE_THREADS = 1
    options.THUMBNAILS = False  # a small copy may show an earlier state of the picture
    return HeifImageFile(BytesIO(data))


def _is_raw(data: bytes) -> bool:
    """Whether a TIFF holds a camera's raw data beside, or in the place of, a small preview."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    tags = ImageFileDirectory_v2(data[: 16 if b"+" in data[2:4] else 8])  # + is that of BigTIFF
    stream = BytesIO(data)
    stream.seek(tags.next)
    tags.load(stream)
    subfile, photometric = tags.get(254, 0), tags.get(262, 0)
    return (
        50706 in tags  # DNGVersion
        or photometric in (32803, 34892)  # a mosaic of color filters; LinearRaw
        or (isinstance(subfile, int) and subfile & 1 == 1 and 330 in tags)  # a preview, and SubIFDs
    )


@contextmanager
def broken_files_refused(data: bytes | None, name: str) -> Iterator[None]:
    """Turn the many exceptions for a broken file into one.

    Args:
        data: the file; None where it is not at hand.
        name: of its format.

    Raises:
        ImageError: what is inside has failed: the file is cut off, broken or too large.
    """
    try:
        yield
    except ImageError:
        raise
    except (Image.DecompressionBombError, MemoryError):
        raise too_large(MAX_PIXELS) from None
    # Inside, files are parsed and nothing else; for corrupted ones, Pillow raises what went wrong.
    except Exception as error:
        if "truncated" in str(error).lower() or (data and is_cut_off(data, name)):
            raise ImageError(
                "the image is incomplete: its file ends too early, as after a transfer that was "
                "cut off; send it again"
            ) from None
        raise ImageError(f"the image is broken: {error}") from None


def is_cut_off(data: bytes, name: str) -> bool:
    """Whether a file is shorter than it says itself; False too where its format does not tell."""
    match name:
        case "JPEG":
            return not count_scans(data, MAX_SCANS)[1]
        case "PNG":
            return b"IEND" not in data[-MOST_AFTER_END:]
        case "AVIF" | "HEIC" | "HEIF":
            return _end_of_boxes(data) > len(data)
        case "WEBP":
            return int.from_bytes(data[4:8], "little") + 8 > len(data)
        case "BMP":
            return int.from_bytes(data[2:6], "little") > len(data)
        case "GIF":
            return not data.rstrip(b"\0").endswith(b";")
    return False


def _end_of_boxes(data: bytes) -> int:
    """Where the last box ends that begins inside a file."""
    end = 0
    for _ in range(MAX_BOXES):
        size = int.from_bytes(data[end : end + 4])
        if size < 8 or end + 8 > len(data):  # of 0 and 1 too, which boxes to the end may have
            break
        end += size
    return end


def check_size(size: tuple[int, int], max_pixels: int) -> None:
    """Hold a width and height in pixels against the limits.

    Raises:
        ImageError: below `MIN_SIDE`, or more than `max_pixels`.
    """
    width, height = size
    if width * height > max_pixels:
        raise too_large(max_pixels)
    if min(size) < MIN_SIDE:
        raise ImageError(
            f"the image is too small: {width} x {height} pixels, and a sign needs {MIN_SIDE} a side"
        )


def too_large(max_pixels: int) -> ImageError:
    """The error for an image of more pixels than are read."""
    return ImageError(
        "the image is too large: crop it to the sign, "
        f"at most {max_pixels / 1e6:g} million pixels are read"
    )
