"""Uploads: pictures of a wanted size in bytes, and the multipart bodies that hold them."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from signs.art.raster import rasterize

BOUNDARY = "----signs-benchmark"
NOISE = 12.0  # standard deviation, of 255: a photo's sensor, roughly
SMALL = (64, 4_000)  # side in pixels, bytes of the JPEG
LARGE = (400, 60_000)


@dataclass(frozen=True)
class Upload:
    """A request's body.

    Attributes:
        body: its bytes.
        content_type: the header that goes with it.
    """

    body: bytes
    content_type: str = f"multipart/form-data; boundary={BOUNDARY}"

    def write_to(self, path: Path) -> Path:
        """Write the bytes to a file, and give its path back."""
        path.write_bytes(self.body)
        return path


def picture(class_id: int, side: int) -> Image.Image:
    """A drawn sign on gray, with noise: RGB of `side` x `side` pixels."""
    sign = rasterize(class_id, side)
    gray = Image.new("RGBA", sign.size, (128, 128, 128, 255))
    pixels = np.asarray(Image.alpha_composite(gray, sign).convert("RGB"), dtype=np.float32)
    noise = np.random.default_rng(class_id).normal(0, NOISE, pixels.shape)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


def encode(image: Image.Image, form: str, **options: int) -> bytes:
    """The bytes of a file in one of Pillow's formats."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def jpeg_near(class_id: int, side: int, size: int) -> bytes:
    """A JPEG of a sign, `side` pixels wide, of the quality that brings it nearest to `size` bytes.

    Every class has its own picture.
    """
    image = picture(class_id, side)
    files = (encode(image, "JPEG", quality=quality) for quality in range(5, 100, 2))
    return min(files, key=lambda data: abs(len(data) - size))


def upload(fields: Iterable[tuple[str, bytes]], text: Iterable[tuple[str, str]] = ()) -> Upload:
    """The form with files, each under its field's name, and with fields of text."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{place}.jpg"\r\n'
        f"Content-Type: image/jpeg\r\n\r\n".encode()
        + data
        + b"\r\n"
        for place, (name, data) in enumerate(fields)
    ]
    parts += [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in text
    ]
    return Upload(b"".join(parts) + f"--{BOUNDARY}--\r\n".encode())
