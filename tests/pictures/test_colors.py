"""Any colors come out as those that a person sees."""

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms

from signs.pictures import colors
from signs.pictures.colors import to_rgb
from signs.pictures.decoding import decode
from signs.pictures.formats import ImageError
from tests.pictures.files import (
    ADOBE_XYZ,
    BLUE,
    P3_XYZ,
    RED,
    SRGB,
    SRGB_XYZ,
    bmp,
    chunk,
    encode,
    halves,
    noise,
    png,
    profile,
    tiff,
)

GRAY = (128, 128, 128)


def near(image: Image.Image, left: tuple[int, ...], right: tuple[int, ...], by: int = 1) -> bool:
    """Whether the halves of an image have these colors, up to some levels."""
    found = np.asarray(image, int)
    return bool(
        np.abs(found[10, 2] - left).max() <= by and np.abs(found[10, -3] - right).max() <= by
    )


@pytest.mark.parametrize(
    ("image", "left", "right"),
    [
        (halves("L", 90, 10), (90,) * 3, (10,) * 3),
        (halves("1", 1, 0), (255,) * 3, (0,) * 3),
        (halves("CMYK", (0, 255, 255, 0), (0, 0, 0, 0)), (255, 0, 0), (255,) * 3),
        (halves("I;16", 90 * 256, 0), (90,) * 3, (0,) * 3),
        (halves("I", 90 * 256, 0), (90,) * 3, (0,) * 3),
        (halves("RGBA", (*RED, 255), (0, 0, 0, 0)), RED, GRAY),
        (halves("LA", (200, 0), (50, 255)), GRAY, (50,) * 3),
        (halves().quantize(4), RED, BLUE),
        (halves("YCbCr", (255, 128, 128), (0, 128, 128)), (255,) * 3, (0,) * 3),
    ],
    ids=lambda value: value.mode if isinstance(value, Image.Image) else "",
)
def test_modes(image: Image.Image, left: tuple[int, ...], right: tuple[int, ...]) -> None:
    assert near(to_rgb(image), left, right)


@pytest.mark.parametrize("image", [halves("I", 2**20, 0), halves("I", -1, 0), halves("F", 0.5, 0)])
def test_channels_of_unknown_scale_are_refused(image: Image.Image) -> None:
    with pytest.raises(ImageError, match="32 bits a channel"):
        decode(encode(image, "TIFF"))


def deep(left: int, right: int, channels: int) -> npt.NDArray[np.uint16]:
    """Halves of 16 bits a channel."""
    return np.tile(np.repeat(np.array([left, right], np.uint16), 20)[:, None], (20, 1, channels))


CLEAR = 200 * 256 + 7
DARK = (50,) * 3


@pytest.mark.parametrize(
    ("data", "left", "right"),
    [
        (png(deep(CLEAR, 50 * 256, 1), 0, 16), (200,) * 3, DARK),
        (png(deep(CLEAR, 50 * 256, 3), 2, 16), (200,) * 3, DARK),
        (
            png(deep(CLEAR, 50 * 256, 1), 0, 16, chunk(b"tRNS", CLEAR.to_bytes(2))),
            GRAY,
            DARK,
        ),
        (
            png(deep(CLEAR, 50 * 256, 3), 2, 16, chunk(b"tRNS", CLEAR.to_bytes(2) * 3)),
            GRAY,
            DARK,
        ),
        (png(deep(200, 50, 1), 0, 8, chunk(b"tRNS", b"\0\xc8")), GRAY, DARK),
        (encode(halves().quantize(4), transparency=0), None, None),
        (encode(halves("CMYK", (0, 255, 255, 0), (255, 255, 0, 0)), "JPEG"), (254, 0, 0), None),
        (encode(Image.fromarray(deep(CLEAR, 50 * 256, 1)[..., 0]), "TIFF"), (200,) * 3, DARK),
    ],
    ids=[
        "gray of 16 bits", "RGB of 16 bits", "gray of 16 bits, one clear",
        "RGB of 16 bits, one clear", "gray, one clear", "palette, one clear", "Adobe's CMYK",
        "TIFF of 16 bits",
    ],
)  # fmt: skip
def test_depths_and_transparency(
    data: bytes, left: tuple[int, ...] | None, right: tuple[int, ...] | None
) -> None:
    image = decode(data)
    if left is None:  # which of the palette's colors is the first is for the encoder to say
        assert {image.getpixel((2, 10)), image.getpixel((37, 10))} in ({GRAY, RED}, {GRAY, BLUE})
    else:
        assert near(image, left, right or image.getpixel((37, 10)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "color"),
    [
        (bmp(0), RED), (bmp(255), RED), (bmp(128), (164, 79, 79)),
        (tiff(200 * 256, 1), (200,) * 3), (tiff(200 * 256, 0), (55,) * 3),
    ],
    ids=["BMP without opacity", "opaque BMP", "BMP half clear", "black is 0", "white is 0"],
)  # fmt: skip
def test_what_pillow_hands_over_and_viewers_show(data: bytes, color: tuple[int, ...]) -> None:
    assert near(decode(data), color, color)


def test_a_gif_is_as_large_as_its_first_frame() -> None:
    """Around it, animations have nothing."""
    data = bytearray(encode(halves().quantize(4), "GIF"))
    data[6:10] = (100).to_bytes(2, "little") * 2
    found = decode(bytes(data))
    assert found.size == (40, 20)
    assert near(found, RED, BLUE)


def seen(color: tuple[int, ...], xyz: npt.NDArray[np.float64]) -> tuple[int, ...]:
    """The levels of sRGB that look like a color of another space with a gamma of 2.2."""
    linear = (np.array(color) / 255) ** 2.2 @ xyz @ np.linalg.inv(SRGB_XYZ)
    linear = linear.clip(0, 1)
    levels = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return tuple(np.round(levels * 255).astype(int).tolist())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIC"])
@pytest.mark.parametrize("xyz", [P3_XYZ, ADOBE_XYZ], ids=["Display P3", "Adobe RGB"])
def test_wide_colors_come_out_as_srgb(kind: str, xyz: npt.NDArray[np.float64]) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    left, right = (180, 90, 80), (70, 80, 160)
    data = encode(halves("RGB", left, right), kind, icc_profile=profile(xyz), **options)
    assert np.abs(np.subtract(seen(left, xyz), left)).max() > 10  # or this would prove nothing
    assert near(decode(data), seen(left, xyz), seen(right, xyz), by=4)


def test_profiles_of_gray_and_of_presses_are_used() -> None:
    """A profile of gray with another gamma, and one of four inks."""
    gray = halves("L", 128, 20)
    ramp = b"curv" + bytes(4) + b"\0\0\0\1\1\0\0\0"  # a gamma of 1
    tags = {b"wtpt": b"XYZ " + bytes(4) + bytes.fromhex("0000f6d600010000 0000d32d"), b"kTRC": ramp,
            b"desc": b"desc" + bytes(4) + b"\0\0\0\2x\0" + bytes(82)}  # fmt: skip
    table, content = len(tags).to_bytes(4), b""
    for name, value in tags.items():
        table += name + (132 + 36 + len(content)).to_bytes(4) + len(value).to_bytes(4)
        content += value
    head = (168 + len(content)).to_bytes(4) + bytes(4) + bytes.fromhex("02100000")
    head += b"mntrGRAYXYZ " + bytes(12) + b"acsp" + bytes(28) + bytes.fromhex("0000f6d600010000")
    linear = (head + bytes.fromhex("0000d32d")).ljust(128, b"\0") + table + content
    found = decode(encode(gray, icc_profile=linear)).getpixel((2, 10))
    assert isinstance(found, tuple)
    assert found[0] == pytest.approx(188, abs=2)  # half of the light


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    "spelled",
    [SRGB, b"", b"no profile", SRGB[:300], profile(P3_XYZ)[:150], bytes(5000)],
    ids=["sRGB", "empty", "text", "cut off", "cut off early", "zeros"],
)
def test_profiles_that_change_nothing(kind: str, spelled: bytes) -> None:
    """sRGB in other words, and broken ones: the same bytes as without."""
    image = noise()
    with_profile = decode(encode(image, kind, icc_profile=spelled))
    assert with_profile.tobytes() == decode(encode(image, kind)).tobytes()


def test_a_profile_for_another_mode_is_ignored() -> None:
    data = encode(noise().convert("L"), icc_profile=profile(P3_XYZ))
    assert decode(data).tobytes() == decode(encode(noise().convert("L"))).tobytes()


def test_a_profile_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    build = ImageCms.buildTransform

    def counted(*args: Any, **options: Any) -> Any:
        built.append(1)
        return build(*args, **options)

    monkeypatch.setattr(ImageCms, "buildTransform", counted)
    colors._to_srgb.cache_clear()
    data = encode(halves(), icc_profile=profile(ADOBE_XYZ))
    for _ in range(3):
        decode(data)
    assert len(built) == 1


def test_an_image_of_the_caller_is_not_changed() -> None:
    image = halves("RGBA", (*RED, 255), (0, 0, 0, 0))
    image.info["transparency"] = (40_000, 0, 0)
    before = image.copy()
    decode(image)
    assert image == before
    assert image.info == before.info


LONG = {
    "iTXt": chunk(b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(2_000_000))),
    "zTXt": chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2_000_000))),
}


@pytest.mark.parametrize("kind", LONG)
@pytest.mark.parametrize("after", [False, True])
def test_a_long_text_does_not_cost_the_profile(kind: str, after: bool) -> None:
    """A profile that takes red for green."""
    swapped = chunk(b"iCCP", b"a\0\0" + zlib.compress(profile(SRGB_XYZ[[1, 0, 2]])))
    chunks = (swapped,) if after else (swapped, LONG[kind])
    pixels = np.full((20, 20, 3), (255, 0, 0))
    data = png(pixels, 2, 8, *chunks, end=LONG[kind] if after else b"")
    red, green, _ = np.asarray(decode(data), int)[5, 5]
    assert green > 240 > 20 > red
