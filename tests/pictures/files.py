"""Encoded pictures for tests: halves of two colors, and files made by hand."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

RED, BLUE = (200, 30, 30), (30, 30, 200)


def encode(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = BytesIO()
    if kind == "HEIC":
        from pillow_heif import from_pillow

        from_pillow(image).save(stream, **options)
    else:
        image.save(stream, kind, **options)
    return stream.getvalue()


def halves(
    mode: str = "RGB", left: Any = RED, right: Any = BLUE, size: tuple[int, int] = (40, 20)
) -> Image.Image:
    image = Image.new(mode, size, left)
    image.paste(right, (size[0] // 2, 0, *size))
    return image


def noise(size: tuple[int, int] = (160, 120), cell: int = 8) -> Image.Image:
    """Blurred noise in colors, as compressible as a photo."""
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (-(-size[1] // cell), -(-size[0] // cell), 3), dtype=np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


def chunk(kind: bytes, content: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc


def png(
    pixels: npt.NDArray[np.integer], color: int, depth: int, *before: bytes, end: bytes = b""
) -> bytes:
    """A PNG of a color type, with a depth of 8 or 16 bits.

    Args:
        pixels: [height, width] or [height, width, channels].
        before: chunks before the pixels.
        end: chunks after them.
    """
    height, width = pixels.shape[:2]
    rows = pixels.astype(">u2" if depth == 16 else np.uint8).reshape(height, -1)
    data = b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), *before, chunk(b"IDAT", zlib.compress(data)),
         end, chunk(b"IEND", b"")]
    )  # fmt: skip


def bmp(alpha: int) -> bytes:
    """A red BMP of 32 bits a pixel that says which of them are opacity."""
    pixels = bytes((RED[2], RED[1], RED[0], alpha)) * 800
    head = struct.pack("<IiiHHIIiiII", 108, 40, -20, 1, 32, 3, len(pixels), 0, 0, 0, 0)
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + b"BGRs" + bytes(48)
    return b"BM" + struct.pack("<IHHI", 122 + len(pixels), 0, 0, 122) + head + masks + pixels


def tiff(value: int, photometric: int) -> bytes:
    """A gray TIFF of 40 x 20 pixels of 16 bits, not compressed."""
    pixels = struct.pack("<H", value) * 800
    tags = {256: 40, 257: 20, 258: 16, 259: 1, 262: photometric, 273: 134, 277: 1, 278: 20,
            279: len(pixels)}  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, n) for tag, n in tags.items())
    table = struct.pack("<H", len(tags)) + entries + bytes(4)
    return (b"II*\0\x08\0\0\0" + table).ljust(134, b"\0") + pixels


def profile(xyz: npt.NDArray[np.float64], gamma: float = 2.2) -> bytes:
    """An ICC profile of a display.

    Args:
        xyz: [3, 3]; a row each for red, green and blue, in the white of D50 as profiles have them.
    """

    def number(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    white = xyz.sum(axis=0)
    tags = {b"wtpt": b"XYZ " + bytes(4) + b"".join(map(number, white))}
    for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), xyz, strict=True):
        tags[name] = b"XYZ " + bytes(4) + b"".join(map(number, column))
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    tags[b"desc"] = b"desc" + bytes(4) + struct.pack(">I", 2) + b"x\0" + bytes(80)
    tags[b"cprt"] = b"text" + bytes(4) + b"x\0\0\0"
    table, content = struct.pack(">I", len(tags)), b""
    begin = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        value += bytes(-len(value) % 4)
        table += name + struct.pack(">II", begin + len(content), len(value))
        content += value
    head = struct.pack(">I4xI4s4s4s12s4s", begin + len(content), 0x02100000, b"mntr", b"RGB ",
        b"XYZ ", bytes(12), b"acsp") + bytes(28) + b"".join(map(number, white))  # fmt: skip
    return head.ljust(128, b"\0") + table + content


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SRGB_XYZ = np.array([[0.4361, 0.2225, 0.0139], [0.3851, 0.7169, 0.0971], [0.1431, 0.0606, 0.7141]])
P3_XYZ = np.array([[0.5151, 0.2412, -0.0011], [0.2920, 0.6922, 0.0419], [0.1571, 0.0666, 0.7841]])
ADOBE_XYZ = np.array([[0.6097, 0.3111, 0.0195], [0.2053, 0.6257, 0.0609], [0.1492, 0.0632, 0.7446]])
