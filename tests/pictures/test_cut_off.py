"""Pictures whose file ends too early, or holds wrong bytes."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from signs.pictures.decoding import decode
from signs.pictures.formats import ImageError
from tests.pictures.files import encode, noise

PHOTO = noise((320, 240))


def cut(kind: str, size: int, **options: Any) -> bytes:
    return encode(PHOTO, kind, **options)[:-size]


@pytest.mark.parametrize(
    "data",
    [cut("JPEG", n) for n in (1, 2)] + [cut("JPEG", 2, progressive=True)]
    + [cut("PNG", n) for n in (4, 12, 16, 20)] + [cut("GIF", 1)],
)  # fmt: skip
def test_a_file_without_its_end_is_read_where_all_pixels_are_there(data: bytes) -> None:
    kind = Image.open(BytesIO(data)).format
    assert kind
    for draft in (None, 30):
        found = decode(data, draft)
        assert found.tobytes() == decode(encode(PHOTO, kind), draft).tobytes() or kind == "JPEG"
        assert found.size == decode(encode(PHOTO, kind), draft).size


CUT_OFF = {
    **{f"JPEG without {n}": cut("JPEG", n) for n in (40, 200, 3000)},
    **{f"{kind}, half": encode(PHOTO, kind)[: len(encode(PHOTO, kind)) // 2]
       for kind in ("AVIF", "BMP", "GIF", "HEIC", "JPEG", "PNG", "PPM", "TIFF", "WEBP")},
    **{f"{kind}, a header": encode(PHOTO, kind)[:70]
       for kind in ("AVIF", "BMP", "GIF", "HEIC", "JPEG", "PNG", "WEBP")},
}  # fmt: skip


@pytest.mark.parametrize("data", CUT_OFF.values(), ids=CUT_OFF)
@pytest.mark.parametrize("draft", [None, 30])
def test_a_file_that_was_cut_off_is_called_incomplete(data: bytes, draft: int | None) -> None:
    with pytest.raises(ImageError, match=r"the image is incomplete: .*; send it again"):
        decode(data, draft)


@pytest.mark.parametrize("missing", [40, 1500])
def test_a_progressive_jpeg_without_its_last_details_is_read_where_they_do_not_show(
    missing: int,
) -> None:
    data = cut("JPEG", missing, progressive=True)
    assert (
        decode(data, 30).tobytes() == decode(encode(PHOTO, "JPEG", progressive=True), 30).tobytes()
    )
    with pytest.raises(ImageError, match="the image is incomplete"):
        decode(data)
    with pytest.raises(ImageError, match="the image is incomplete"):
        decode(data[:1000], 30)


def damaged(kind: str) -> bytes:
    data = bytearray(encode(PHOTO, kind))
    data[8:30] = bytes(22)
    return bytes(data)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_a_file_with_wrong_bytes_is_called_broken(kind: str) -> None:
    with pytest.raises(ImageError, match=r"the image is (broken|too (large|small)): "):
        decode(damaged(kind))
