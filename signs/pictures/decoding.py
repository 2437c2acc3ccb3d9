"""An encoded picture to an upright one in RGB, within bounds of memory and time."""

from io import BytesIO

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from signs.pictures.colors import to_rgb
from signs.pictures.jpeg import without_end
from signs.pictures.opening import (
    MAX_DRAFTED,
    MAX_PIXELS,
    SCANS,
    broken_files_refused,
    check_size,
    is_cut_off,
    open_image,
)
from signs.pictures.png import open_without_texts
from signs.pictures.quirks import first_frame, mended, stored_size

# An image of more pixels is shrunk, where a draft allows it, before anything copies it.
WHOLE_PIXELS = 12_000_000
STRIP_PIXELS = 1_000_000  # that are converted and shrunk at a time
SCANS_OF_A_PIXEL = 40  # of a JPEG, that take as long as a pixel of another format
LEAST_SCANS = 5  # one takes longer than a fortieth: a fifth for what is done once
ORIENTATION = 0x0112  # the tag of EXIF
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = {TURNS[number] for number in (5, 6, 7, 8)}  # which exchange width and height


def decode(
    image: bytes | Image.Image, draft: int | None = None, max_pixels: int = MAX_PIXELS
) -> Image.Image:
    """Decode to upright RGB, in the colors of sRGB.

    Args:
        image: an encoded image, or one that Pillow has opened; of several, the first.
        draft: the sides, in pixels, below which a large image may not come out, and above which it
            may come out smaller. A JPEG then comes out at a half, quarter or eighth of its size: a
            photo from a telephone in a fifth of the time. None for the image's own size.
        max_pixels: that may have to be decoded; more than `MAX_PIXELS` never are.

    Raises:
        UnknownFormatError: the bytes are not an image, or in a format that is not read.
        ImageError: a broken, tiny or huge one.
    """
    opened = open_image(image) if isinstance(image, bytes) else image
    frame = first_frame(opened)
    loaded = _load(opened, draft, min(max_pixels, MAX_PIXELS))
    turn = _turn(loaded)
    loaded = mended(loaded, frame)
    check_size(loaded.size, max_pixels)
    if draft and loaded.width * loaded.height > WHOLE_PIXELS:
        rgb = _shrink(loaded, draft)
    else:
        rgb = to_rgb(loaded)
    if turn is not None:
        return rgb.transpose(turn)
    return rgb.copy() if rgb is loaded else rgb  # what was opened keeps its file and its decoder


def upright_size(image: bytes) -> tuple[int, int]:
    """Width and height in pixels of what `decode` makes of an encoded image without a draft.

    Raises:
        UnknownFormatError: the bytes are not an image, or in a format that is not read.
        ImageError: it is huge, or its header is broken; of a PNG, the rest of it.
    """
    opened = open_image(image)
    if opened.format == "PNG":  # EXIF may follow its pixels
        opened = _load(opened, None, MAX_PIXELS)
    width, height = stored_size(opened)
    return (height, width) if _turn(opened) in SIDEWAYS else (width, height)


def work(opened: Image.Image) -> int:
    """How much decoding an opened image with a draft is, in pixels of a PNG."""
    pixels = opened.width * opened.height
    if isinstance(opened, JpegImageFile):
        return pixels * max(opened.info.get(SCANS, 1), LEAST_SCANS) // SCANS_OF_A_PIXEL
    return pixels


def _load(opened: Image.Image, draft: int | None, max_pixels: int) -> Image.Image:
    """Decode the pixels, of a JPEG perhaps at a reduced size."""
    # A progressive JPEG is kept whole, at 6 bytes a pixel or 8, however small it comes out.
    drafted = draft and isinstance(opened, JpegImageFile) and "progressive" not in opened.info
    check_size(opened.size, MAX_DRAFTED if drafted else max_pixels)
    stream = getattr(opened, "fp", None)
    data = stream.getvalue() if isinstance(stream, BytesIO) else None
    name = "JPEG" if isinstance(opened, JpegImageFile) else opened.format or ""
    if draft and name == "JPEG":
        opened.draft(None, (draft, draft))
    check_size(opened.size, max_pixels)
    with broken_files_refused(data, name):
        try:
            opened.load()
        except (OSError, ValueError):
            rescued = _rescued(data, name, draft) if data else None
            if rescued is None:
                raise
            opened = rescued
    return opened


def _rescued(data: bytes, name: str, draft: int | None) -> Image.Image | None:
    """The pixels of a file that Pillow refuses although they are all there; None of others."""
    if name == "JPEG" and is_cut_off(data, name):
        return without_end(data, draft)
    if name == "PNG" and not is_cut_off(data, name):
        return open_without_texts(data, load=True)
    return None


def _turn(image: Image.Image) -> Image.Transpose | None:
    """How to turn an image upright; as it is, where what EXIF says cannot be read."""
    try:
        return TURNS.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # whatever broken bytes lead to
        return None


def _shrink(image: Image.Image, draft: int) -> Image.Image:
    """Convert to RGB, and shrink by a whole number to no less than a draft's sides.

    In strips: copies of the whole would take more memory than its decoding.
    """
    by = max(1, min(image.size) // draft)
    rows = max(1, STRIP_PIXELS // image.width // by) * by
    small = Image.new("RGB", (-(-image.width // by), -(-image.height // by)))
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        small.paste(to_rgb(strip).reduce(by), (0, top // by))
    return small
