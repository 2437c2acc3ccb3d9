"""Pictures come out upright, and their size is known before."""

import zlib

import numpy as np
import pytest
from PIL import Image

from signs.pictures import decoding
from signs.pictures.decoding import decode, upright_size
from tests.pictures.files import BLUE, RED, chunk, encode, halves, noise, png


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIC"])
def test_every_orientation_is_turned_upright(kind: str, orientation: int) -> None:
    """A quarter of the upright picture, at its top left, is red."""
    upright = Image.new("RGB", (64, 32), BLUE)
    upright.paste(RED, (0, 0, 32, 16))
    back = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)  # what undoes the turn
    turn = decoding.TURNS.get(back)
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[decoding.ORIENTATION] = orientation
    data = encode(stored, kind, exif=exif.tobytes(), quality=90)
    found = decode(data)
    assert found.size == upright_size(data) == upright.size
    assert np.abs(np.asarray(found, int) - np.asarray(upright)).mean() < 3


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description tiff:Orientation="6"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


@pytest.mark.parametrize(
    "data",
    [
        encode(halves(), "JPEG", xmp=XMP),
        encode(halves(), "WEBP", xmp=XMP),
        png(np.asarray(halves()), 2, 8, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)),
        encode(halves(), "TIFF", tiffinfo={700: XMP}),
    ],
    ids=["JPEG", "WEBP", "PNG", "TIFF"],
)
def test_an_orientation_in_xmp_counts_too(data: bytes) -> None:
    assert decode(data).size == upright_size(data) == (20, 40)


TURNED = Image.Exif()
TURNED[decoding.ORIENTATION] = 6
LONG_TEXT = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(8_000_000)))
SHORT_GIF = b"GIF89a" + bytes((90, 0, 80, 0, 0, 0, 0)) + encode(halves("P", 0, 1), "GIF")[13:]


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (encode(halves(), "TIFF", tiffinfo={decoding.ORIENTATION: 6}), (20, 40)),
        (encode(halves(), "TIFF", compression="tiff_lzw", exif=TURNED), (20, 40)),
        (encode(halves(), "MPO", exif=TURNED), (20, 40)),
        (png(np.asarray(halves()), 2, 8, end=chunk(b"eXIf", TURNED.tobytes()[6:])), (20, 40)),
        (
            png(np.asarray(halves()), 2, 8, end=LONG_TEXT + chunk(b"eXIf", TURNED.tobytes()[6:])),
            (20, 40),
        ),
        (encode(halves("P", 0, 1), "GIF"), (40, 20)),
        (SHORT_GIF, (40, 20)),
        (encode(halves(), "BMP"), (40, 20)),
        (encode(halves(), "PPM"), (40, 20)),
    ],
    ids=[
        "TIFF", "compressed TIFF", "MPO", "PNG with EXIF at its end", "PNG, after a long text",
        "GIF", "GIF with a small first frame", "BMP", "PPM",
    ],
)  # fmt: skip
def test_the_size_is_known_without_the_pixels(data: bytes, size: tuple[int, int]) -> None:
    assert upright_size(data) == decode(data).size == size


def exif(kind: int, count: int, value: bytes) -> bytes:
    """EXIF data with an orientation of any type and count."""
    tag = decoding.ORIENTATION.to_bytes(2, "little") + kind.to_bytes(2, "little")
    return b"Exif\0\0II*\0\x08\0\0\0\1\0" + tag + count.to_bytes(4, "little") + value + bytes(4)


@pytest.mark.parametrize(
    "data",
    [
        exif(3, 1, bytes(4)), exif(3, 1, b"\x09\0\0\0"), exif(3, 0, bytes(4)),
        exif(2, 2, b"6\0\0\0"), exif(5, 1, b"\xff\0\0\0"), exif(7, 4, b"\6\0\0\0"),
        exif(3, 2**31, b"\6\0\0\0"),
        exif(3, 1, b"\6\0\0\0")[:14], b"Exif\0\0", b"Exif\0\0http://ns.adobe.com/", b"",
    ],
    ids=[
        "0", "9", "none", "a letter", "a fraction far away", "of no type", "two billion",
        "cut off", "without data", "XMP", "empty",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_orientation_that_says_nothing_turns_nothing(kind: str, data: bytes) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    plain = encode(noise(), kind, **options)
    assert decode(encode(noise(), kind, exif=data, **options)).tobytes() == decode(plain).tobytes()
