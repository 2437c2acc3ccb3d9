"""What decoding costs in memory, by its maximum: the limits of the service rest on it."""

import struct
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from signs.pictures.decoding import ORIENTATION
from tests.conftest import ROOT
from tests.pictures.files import encode
from tests.serving.cases import bmp, png

STATUS = Path("/proc/self/status")
pytestmark = pytest.mark.skipif(
    not (STATUS.exists() and "VmHWM:" in STATUS.read_text()), reason="no system that counts"
)

SIZE = (4000, 3000)
PIXELS = SIZE[0] * SIZE[1]
SPARE = 16_000_000  # bytes: what is imported, and strips
MEASURE = """
import sys
from pathlib import Path
from signs.pictures.decoding import decode
from signs.pictures.formats import ImageError

def most():
    # Not `ru_maxrss`: Linux hands the parent's maximum on to a new program.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])

for warm in Path(sys.argv[1]).parent.glob("warm.*"):
    decode(warm.read_bytes(), 192)
data = Path(sys.argv[1]).read_bytes()
begin = most()
try:
    decode(data, 192)
except ImageError as error:
    print(error, file=sys.stderr)
print((most() - begin) * 1024)
"""


def memory(data: bytes, folder: Path, warm: bytes | None = None) -> int:
    """Bytes that decoding adds to a process at most."""
    (folder / "picture").write_bytes(data)
    if warm:
        (folder / "warm.picture").write_bytes(warm)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, folder / "picture"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return int(done.stdout)


def picture(kind: str, mode: str, size: tuple[int, int], options: dict[str, object]) -> bytes:
    """A picture of one color; of HEIC, the modes that end in ;16 have ten bits a channel."""
    if kind == "HEIC" and mode.endswith(";16"):
        from pillow_heif import from_bytes

        stream = BytesIO()
        pixels = bytes(2 * len(mode.removesuffix(";16")) * size[0] * size[1])
        from_bytes(mode, size, pixels).save(stream, **options)
        return stream.getvalue()
    return encode(Image.new(mode, size), kind, **options)


TURNED = Image.Exif()
TURNED[ORIENTATION] = 6


@pytest.mark.parametrize(
    ("kind", "mode", "most", "options"),
    [
        ("JPEG", "RGB", 0, {}),
        ("JPEG", "CMYK", 0, {}),
        ("MPO", "RGB", 0, {}),
        ("JPEG", "RGB", 6, {"progressive": True, "subsampling": 0}),
        ("JPEG", "CMYK", 8, {"progressive": True}),
        ("PNG", "RGB", 4, {}),
        ("PNG", "RGBA", 4, {}),
        ("PNG", "P", 1, {}),
        ("PNG", "I;16", 2, {}),
        ("BMP", "RGB", 4, {}),
        ("GIF", "P", 1, {}),
        ("TIFF", "RGB", 4, {}),
        ("TIFF", "RGBA", 8, {"exif": TURNED}),
        ("WEBP", "RGB", 16, {}),
        ("WEBP", "RGBA", 16, {}),
        ("AVIF", "RGB", 9, {"speed": 10}),
        ("AVIF", "RGBA", 12, {"speed": 10}),
        ("AVIF", "RGB", 11, {"speed": 10, "subsampling": "4:4:4"}),
        ("AVIF", "RGBA", 14, {"speed": 10, "subsampling": "4:4:4"}),
        ("HEIC", "RGB", 8, {}),
        ("HEIC", "RGB", 13, {"exif": TURNED.tobytes()}),
        ("HEIC", "RGBA", 15, {"exif": TURNED.tobytes(), "chroma": 444}),
        ("HEIC", "RGB;16", 19, {"exif": TURNED.tobytes()}),
        ("HEIC", "RGBA;16", 23, {"exif": TURNED.tobytes()}),
    ],
)
def test_bytes_of_a_pixel(
    kind: str, mode: str, most: float, options: dict[str, object], tmp_path: Path
) -> None:
    """Of pictures that are shrunk, as all are that have more pixels than these."""
    size = (SIZE[0], SIZE[1] + 1)
    small = picture(kind, mode, (50, 50), options)
    assert memory(picture(kind, mode, size, options), tmp_path, small) < most * PIXELS + SPARE


def test_what_takes_more_is_noticed(tmp_path: Path) -> None:
    """Even where this process has had more: its maximum is not the other's begin."""
    assert len(bytearray(20 * PIXELS)) == 20 * PIXELS
    data, small = (picture("WEBP", "RGB", size, {}) for size in (SIZE, (50, 50)))
    assert memory(data, tmp_path, small) > 15 * PIXELS


def other_size(data: bytes) -> bytes:
    """A picture in a container that says that it has 100 x 100 pixels."""
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", 100, 100) + data[at + 8 :]


def webp(width: int, height: int) -> bytes:
    """A canvas with next to nothing on it."""
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    still = encode(Image.new("RGB", (8, 8)), "WEBP")[12:]
    content = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + still
    return b"RIFF" + struct.pack("<I", len(content)) + content


HOSTILE = {
    "a PNG of 14,000 x 14,000": png(14_000, 14_000),
    "a PNG of four billion pixels": png(65_535, 65_535),
    "a BMP of 12,000 x 12,000": bmp(12_000, 12_000),
    "a WebP of 14,000 x 14,000": webp(14_000, 14_000),
    "a WebP of 9,000 x 9,000": webp(9_000, 9_000),
    "a HEIC that is larger than it says": other_size(encode(Image.new("RGB", SIZE), "HEIC")),
    "an AVIF that is larger than it says": other_size(
        encode(Image.new("RGB", SIZE), "AVIF", speed=10)
    ),
    "a GIF with a frame outside": encode(Image.new("P", (9, 9)), "GIF")[:6]
    + b"\xff\xff\xff\xff\0\0\0" + b",\0\0\0\0\xff\xff\xff\xff\0\2\0;",
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_what_only_says_that_it_is_large_takes_nothing(data: bytes, tmp_path: Path) -> None:
    warm = encode(Image.new("RGB", (50, 50)), "HEIC") if data[4:8] == b"ftyp" else None
    assert memory(data, tmp_path, warm) < SPARE
