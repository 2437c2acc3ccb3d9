"""Uploads: images of a wanted size, and the multipart bodies that hold them."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
import numpy as np
from PIL import Image

from signs.art.raster import rasterize

STOP = 14
NOISE = 12.0  # standard deviation, of 255: roughly that of a photo


@dataclass(frozen=True)
class Upload:
    """A request's body, and the header that goes with it."""

    body: bytes
    content_type: str


def form(files: Sequence[tuple[str, bytes]], text: Mapping[str, str] | None = None) -> Upload:
    """A multipart form of files, each under its field's name, and of fields of text."""
    parts = [(name, ("image.jpg", content, "image/jpeg")) for name, content in files]
    request = httpx.Request("POST", "http://127.0.0.1", files=parts, data=dict(text or {}))
    return Upload(request.read(), request.headers["content-type"])


def encode(side: int, kind: str, mode: str = "RGB", **options: int) -> bytes:
    """The file of a drawn stop sign on gray, with noise: `side` x `side` pixels."""
    sign = rasterize(STOP, side)
    gray = Image.new("RGBA", sign.size, (128, 128, 128, 255))
    pixels = np.asarray(Image.alpha_composite(gray, sign).convert("RGB"), dtype=np.float32)
    noisy = pixels + np.random.default_rng(0).normal(0, NOISE, pixels.shape)
    image = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


SMALL = encode(64, "JPEG", quality=93)  # 4 KB
LARGE = encode(400, "JPEG", quality=89)  # 60 KB
