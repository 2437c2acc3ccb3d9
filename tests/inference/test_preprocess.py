from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from signs.inference.preprocess import (
    MAX_SCANS,
    ImageError,
    count_scans,
    decode,
    preprocess,
    squash,
)


def encode(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def halves(mode: str, left: object, right: object) -> Image.Image:
    image = Image.new(mode, (40, 20), left)  # type: ignore[arg-type]
    image.paste(right, (20, 0, 40, 20))  # type: ignore[arg-type]
    return image


def test_any_shape_becomes_the_square() -> None:
    out = preprocess(encode(halves("RGB", (255, 0, 0), (0, 0, 255))), 10)
    assert out.shape == (10, 10, 3)
    assert out.dtype == np.uint8
    assert out[5, 1].tolist() == [255, 0, 0]
    assert out[5, 8].tolist() == [0, 0, 255]


def test_bytes_and_pillow_images_agree() -> None:
    image = Image.effect_noise((50, 40), 80).convert("RGB")
    assert (preprocess(encode(image), 24) == preprocess(image, 24)).all()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "WEBP", "PPM", "JPEG"])
def test_formats(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    out = preprocess(encode(halves("RGB", (200, 0, 0), (0, 0, 200)), kind, **options), 8)
    assert np.abs(out[4, 0].astype(int) - [200, 0, 0]).max() < 6


@pytest.mark.parametrize(
    ("image", "left"),
    [
        (halves("L", 90, 10), [90, 90, 90]),
        (halves("1", 1, 0), [255, 255, 255]),
        (halves("P", 0, 1), None),
        (halves("CMYK", (0, 255, 255, 0), (0, 0, 0, 0)), [255, 0, 0]),
        (halves("I;16", 90 * 256, 0), [90, 90, 90]),
        (halves("I", 90 * 256, 0), [90, 90, 90]),
        (halves("RGBA", (200, 0, 0, 255), (0, 0, 0, 0)), [200, 0, 0]),
        (halves("RGBA", (200, 0, 0, 0), (0, 0, 0, 0)), [128, 128, 128]),
        (halves("LA", (200, 0), (0, 0)), [128, 128, 128]),
    ],
    ids=[
        "gray",
        "bilevel",
        "palette",
        "cmyk",
        "16 bit",
        "16 bit PGM",
        "opaque",
        "transparent",
        "gray-alpha",
    ],
)
def test_modes(image: Image.Image, left: list[int] | None) -> None:
    out = preprocess(image, 8)
    assert out.shape == (8, 8, 3)
    if left is not None:
        assert np.abs(out[4, 0].astype(int) - left).max() <= 1


@pytest.mark.parametrize("image", [halves("I", 2**20, 0), halves("I", -1, 0), halves("F", 0.5, 0)])
def test_channels_of_unknown_scale_are_refused(image: Image.Image) -> None:
    with pytest.raises(ImageError, match="32 bits a channel"):
        preprocess(encode(image, "TIFF"), 8)


def test_formats_that_are_not_read() -> None:
    with pytest.raises(ImageError, match="not an image"):
        preprocess(encode(halves("RGB", 0, 0), "EPS"), 8)


def test_exif_orientation_is_applied() -> None:
    image = halves("RGB", (255, 0, 0), (0, 0, 255))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate 90 degrees clockwise to see it upright
    out = preprocess(encode(image, "PNG", exif=exif), 8)
    assert out[0, 4].tolist() == [255, 0, 0]
    assert out[7, 4].tolist() == [0, 0, 255]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the image is empty"),
        (b"\x89PNG\r\n", "the image is broken: its header"),
        (b"hello", "not an image"),
        (encode(Image.effect_noise((64, 64), 50))[:-300], "the image is broken"),
    ],
)
def test_broken_files(data: bytes, said: str) -> None:
    with pytest.raises(ImageError, match=said):
        preprocess(data, 8)


@pytest.mark.parametrize(
    "limit_of", ["signs.inference.preprocess.MAX_PIXELS", "PIL.Image.MAX_IMAGE_PIXELS"]
)
def test_a_bomb_is_refused(limit_of: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit_of, 100)
    with pytest.raises(ImageError, match="too large: crop it"):
        preprocess(encode(Image.new("L", (50, 50))), 8)


@pytest.mark.parametrize("size", [(1, 1), (3, 50)])
def test_a_speck_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ImageError, match=f"too small: {size[0]} x {size[1]} pixels"):
        preprocess(encode(Image.new("L", size)), 8)


def test_a_large_jpeg_is_decoded_small_and_looks_the_same() -> None:
    small = Image.effect_noise((40, 30), 90).convert("RGB")
    photo = small.resize((1280, 960), Image.Resampling.BICUBIC)
    data = encode(photo, "JPEG", quality=95)
    drafted, whole = preprocess(data, 24), squash(decode(data), 24)
    assert decode(data, 4 * 24).size == (160, 120)
    assert np.abs(drafted.astype(int) - whole).max() <= 3


def test_what_is_drafted_small_may_be_large_in_the_file() -> None:
    image = Image.new("L", (400, 400))
    assert decode(encode(image, "JPEG"), draft=50, max_pixels=10_000).size == (50, 50)
    for kind, draft in (("JPEG", None), ("PNG", 50)):
        with pytest.raises(ImageError, match="too large: crop it"):
            decode(encode(image, kind), draft, max_pixels=10_000)


def many_scans(count: int) -> bytes:
    """A JPEG with one scan, that scan repeated."""
    data = encode(Image.effect_noise((16, 16), 50), "JPEG")
    start = data.rindex(b"\xff\xda")
    return data[:start] + data[start:-2] * count + data[-2:]


def test_a_motion_photo_is_read() -> None:
    """Phones append a video to a JPEG: its bytes look like the begin of a scan now and then."""
    photo = Image.effect_noise((64, 64), 50).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "\xff\xda" * 300  # likewise in a comment
    data = encode(photo, "JPEG", exif=exif) + b"ftypmp42" + b"\xff\xda\x00\x0c" * (MAX_SCANS + 50)
    assert count_scans(data, 1000) == 1
    assert preprocess(data, 24).shape == (24, 24, 3)


def test_scans_are_counted_and_limited() -> None:
    progressive = encode(Image.effect_noise((64, 64), 50), "JPEG", progressive=True)
    assert 2 < count_scans(progressive, 1000) < 20
    assert count_scans(many_scans(7), 1000) == 7
    assert count_scans(many_scans(7), 3) == 3
    with pytest.raises(ImageError, match=f"more than {MAX_SCANS} scans"):
        preprocess(many_scans(MAX_SCANS + 1), 24)
