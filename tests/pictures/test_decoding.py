"""Pictures come out whole, and as they always did."""

import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from signs.pictures import decoding
from signs.pictures.decoding import decode, work
from signs.pictures.formats import ImageError
from signs.pictures.jpeg import count_scans
from signs.pictures.opening import MAX_SCANS, open_image
from tests.pictures.files import RED, chunk, encode, halves, noise, png

PHOTO = noise((320, 240))


@pytest.mark.parametrize("size", [(30, 40), (250, 180), (1360, 800)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "PPM"])
@pytest.mark.parametrize("draft", [None, 192])
def test_plain_pictures_give_the_bytes_that_they_always_gave(
    kind: str, mode: str, size: tuple[int, int], draft: int | None
) -> None:
    """Models are trained on these: what Pillow says, and nothing else."""
    data = encode(noise(size).convert(mode), kind)
    expected = Image.open(BytesIO(data))
    if draft:
        expected.draft(None, (draft, draft))
    assert decode(data, draft).tobytes() == expected.convert("RGB").tobytes()


@pytest.mark.parametrize("extra", [b"\0", b"\x11\x22", b"\xff\xff\xff"])
def test_bytes_between_the_segments_of_a_jpeg(extra: bytes) -> None:
    plain = encode(PHOTO, "JPEG")
    at = plain.index(b"\xff\xdb")
    assert decode(plain[:at] + extra + plain[at:]).tobytes() == decode(plain).tobytes()


MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\xff\xda\0\x0c\xff\xd8\xff\xe0" * 500
GAIN_MAP = noise((80, 60)).convert("L")


def with_gain_map(**options: Any) -> bytes:
    return encode(PHOTO, "MPO", save_all=True, append_images=[GAIN_MAP], **options)


def wrong_index(data: bytes) -> bytes:
    """An MPO whose index names more pictures than it lists."""
    count = data.index(b"\x01\xb0\x04\0\1\0\0\0") + 8
    return data[:count] + b"\7\0\0\0" + data[count + 4 :]


@pytest.mark.parametrize(
    "data",
    [
        encode(PHOTO, "JPEG") + MP4,
        encode(PHOTO, "JPEG", progressive=True) + MP4,
        encode(PHOTO, "JPEG") + b"MotionPhoto_Data" + MP4 + b"SEFHe\0\0\0" + bytes(20) + b"SEFT",
        with_gain_map(),
        with_gain_map() + MP4,
        with_gain_map()[:-500],
        wrong_index(with_gain_map()),
        encode(PHOTO, "JPEG") + bytes(5000),
        encode(PHOTO, "JPEG") * 2,
    ],
    ids=[
        "motion photo", "progressive motion photo", "Samsung's motion photo", "Ultra HDR",
        "motion photo in Ultra HDR", "gain map cut off", "wrong index", "padded", "doubled",
    ],
)  # fmt: skip
def test_what_follows_a_jpeg_is_left_alone(data: bytes) -> None:
    assert np.abs(np.asarray(decode(data), int) - np.asarray(PHOTO)).mean() < 8
    assert count_scans(data, 1000)[0] < 20


@pytest.mark.parametrize(
    "extra",
    [
        chunk(b"tEXt", b"workflow\0" + b"x" * 70_000_000),
        *[chunk(kind, b"profile\0\0" + content) for kind in (b"zTXt", b"iCCP")
          for content in [zlib.compress(bytes(8_000_000))]],
        chunk(b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(8_000_000))),
    ],
    ids=["text", "compressed text", "profile", "international text"],
)  # fmt: skip
@pytest.mark.parametrize("after", [False, True])
def test_large_texts_beside_the_pixels_are_left_out(extra: bytes, after: bool) -> None:
    pixels = np.asarray(noise())
    data = png(pixels, 2, 8, *([] if after else [extra]), end=extra if after else b"")
    assert decode(data).tobytes() == pixels.tobytes()


@pytest.mark.parametrize(
    ("mode", "draft", "size"),
    [("RGB", 20, (27, 20)), ("RGB", 100, (160, 120)), ("RGB", None, (160, 120)),
     ("RGBA", 20, (27, 20)), ("P", 20, (27, 20)), ("L", 20, (27, 20)), ("RGB", 27, (40, 30))],
)  # fmt: skip
def test_a_large_picture_is_shrunk_before_it_is_copied(
    mode: str, draft: int | None, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    image = noise((160, 120), cell=30).convert(mode)
    whole = decode(encode(image))
    monkeypatch.setattr(decoding, "WHOLE_PIXELS", 10_000)
    monkeypatch.setattr(decoding, "STRIP_PIXELS", 1500)
    found = decode(encode(image), draft)
    assert found.size == size
    by = 120 // size[1]
    assert np.abs(np.asarray(found, int) - np.asarray(whole.reduce(by))).max() <= 1


def test_a_large_picture_that_is_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "WHOLE_PIXELS", 100)
    turned = Image.Exif()
    turned[decoding.ORIENTATION] = 6
    found = decode(encode(halves(size=(400, 200)), "PNG", exif=turned), 50)
    assert (found.size, found.getpixel((20, 10))) == ((50, 100), RED)


@pytest.mark.parametrize(
    ("kind", "options", "share"),
    [("PNG", {}, 1), ("WEBP", {}, 1), ("HEIC", {}, 1), ("JPEG", {}, 1 / 8), ("MPO", {}, 1 / 8),
     ("JPEG", {"progressive": True}, 10 / 40)],
)  # fmt: skip
def test_what_is_decoded_small_is_less_work(
    kind: str, options: dict[str, Any], share: float
) -> None:
    assert work(open_image(encode(PHOTO, kind, **options))) == 320 * 240 * share


def many_scans(count: int) -> bytes:
    """A JPEG with one scan, that scan repeated."""
    data = encode(Image.effect_noise((16, 16), 50), "JPEG")
    start = data.rindex(b"\xff\xda")
    return data[:start] + data[start:-2] * count + data[-2:]


def test_scans_are_counted_and_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    progressive = encode(Image.effect_noise((64, 64), 50), "JPEG", progressive=True)
    assert 2 < count_scans(progressive, 1000)[0] < 20
    assert count_scans(many_scans(7), 1000) == (7, True)
    assert count_scans(many_scans(7), 3) == (3, False)
    with pytest.raises(ImageError, match=f"more than {MAX_SCANS} scans"):
        decode(many_scans(MAX_SCANS + 1))
    monkeypatch.setattr("signs.pictures.opening.MAX_SCANNED", 16 * 16 * 6)
    with pytest.raises(ImageError, match="a JPEG of 7 scans, too many for its size"):
        decode(many_scans(7))


@pytest.mark.parametrize(
    "limit", ["signs.pictures.decoding.MAX_PIXELS", "PIL.Image.MAX_IMAGE_PIXELS"]
)
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_a_bomb_is_refused(limit: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, 100)
    with pytest.raises(ImageError, match="too large: crop it"):
        decode(encode(Image.new("L", (50, 50)), kind))


@pytest.mark.parametrize("size", [(1, 1), (3, 50)])
def test_a_speck_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ImageError, match=f"too small: {size[0]} x {size[1]} pixels"):
        decode(encode(Image.new("L", size)))


def test_what_is_drafted_small_may_be_large_in_the_file() -> None:
    image = Image.new("L", (400, 400))
    assert decode(encode(image, "JPEG"), 50, 10_000).size == (50, 50)
    assert decode(encode(image, "MPO", save_all=True, append_images=[image]), 50, 10_000)
    for kind, draft, options in (
        ("JPEG", None, {}),
        ("PNG", 50, {}),
        ("JPEG", 50, {"progressive": True}),
    ):
        with pytest.raises(ImageError, match="too large: crop it"):
            decode(encode(image, kind, **options), draft, max_pixels=10_000)


def test_photos_of_200_million_pixels_are_read() -> None:
    """As telephones make them: JPEGs that are not progressive."""
    assert decode(encode(Image.new("L", (16320, 12240)), "JPEG"), 192).size == (2040, 1530)


def test_a_picture_does_not_keep_its_file() -> None:
    assert type(decode(encode(halves()))) is Image.Image
