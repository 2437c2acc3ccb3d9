"""Images on the page: what it shows, cuts out and sends."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from signs.art.raster import rasterize
from signs.catalog.gtsrb import GTSRB
from signs.pictures.colors import BEHIND_TRANSPARENCY as GRAY
from signs.pictures.decoding import decode
from signs.pictures.formats import OVER_HTTP, READ
from signs.pictures.opening import MIN_SIDE
from signs.serving.settings import Settings
from tests.serving.cases import png
from tests.serving.conftest import picture
from ui.images import (
    MAX_PIXELS,
    TYPES,
    Picture,
    PictureError,
    cut,
    data_url,
    drawing,
    drawing_url,
    sample,
    view,
)
from ui.many import BATCH, BATCH_BYTES, batches


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    stream = BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


def halves() -> Image.Image:
    """Left black, right white."""
    return Image.fromarray(np.tile(np.repeat(np.array([0, 255], np.uint8), 50), (60, 1)))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_a_part_keeps_its_colors(mode: str) -> None:
    whole = halves()
    if mode == "I;16":
        image = Image.fromarray(np.asarray(whole).astype(np.uint16) * 257)
    else:
        image = whole.convert(mode)
    data = encoded(image, "JPEG" if mode == "CMYK" else "PNG")
    for box, level in (((0, 0, 0.4, 1), 0), ((0.6, 0.2, 1, 0.9), 255)):
        shown = np.asarray(view(cut(data, box), 40, 40))
        assert np.abs(shown.astype(int) - level).max() < 12


@pytest.mark.parametrize(
    "box", [(0.5, 0.5, 0.5, 0.5), (1.1, 0, 1.3, 1), (-0.5, -0.5, 0.1, 0.1), (0.9, 0.9, 0.2, 0.2)]
)
@pytest.mark.parametrize("size", [(100, 60), (20, 20), (4, 500), (5, 4)])
def test_a_part_is_never_empty(
    box: tuple[float, float, float, float], size: tuple[int, int]
) -> None:
    part = Image.open(BytesIO(cut(picture(size=size), box)))
    assert min(part.size) >= MIN_SIDE
    assert part.width <= size[0]
    assert part.height <= size[1]


def test_transparency_is_gray_and_a_narrow_image_stays_visible() -> None:
    clear = encoded(Image.new("RGBA", (10, 10)))
    assert view(clear, 20, 20).getpixel((5, 5)) == GRAY
    assert view(picture(size=(4, 3000)), 320, 400).size == (1, 400)


@pytest.mark.parametrize(
    "data", [b"", b"not an image", picture()[:200], png(9000, 9000), b"DDS |" + bytes(200)]
)
def test_what_cannot_be_shown_is_a_sentence(data: bytes) -> None:
    assert data_url(data, 48) == ""
    for show in (lambda: view(data, 48, 48), lambda: cut(data, (0, 0, 1, 1))):
        with pytest.raises(PictureError, match=r"^This image .*\.$"):
            show()


@pytest.mark.parametrize("class_id", range(len(GTSRB)))
def test_a_sample_is_its_sign_inside_a_gray_border(class_id: int) -> None:
    shown = np.asarray(Image.open(BytesIO(sample(class_id))))
    assert shown.shape == (256, 256, 3)
    rows, columns = np.nonzero((shown != GRAY).any(axis=2))
    side = 205  # pixels between the borders of a tenth
    for places in (rows, columns):
        assert 26 <= places.min() <= places.max() < 26 + side
    assert max(np.ptp(rows), np.ptp(columns)) > 0.95 * side
    sign = np.asarray(rasterize(class_id, side))
    opaque = sign[..., 3] == 255
    assert np.array_equal(shown[26 : 26 + side, 26 : 26 + side][opaque], sign[opaque][:, :3])


def test_a_drawing_is_found_by_name() -> None:
    stop = drawing("Stop", 64)
    assert stop is not None
    assert np.array_equal(np.asarray(Image.open(BytesIO(stop))), np.asarray(rasterize(14, 64)))
    assert drawing_url("Stop", 64).startswith("data:image/png;base64,")
    assert drawing("Toad migration") is None
    assert drawing_url("Toad migration", 64) == ""


def turned(orientation: int, kind: str) -> bytes:
    """An image whose EXIF data says how to turn it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = BytesIO()
    ramp = np.arange(24 * 40 * 3).reshape(24, 40, 3) * 255 // (24 * 40 * 3)
    Image.fromarray(ramp.astype(np.uint8)).save(stream, kind, exif=exif)
    return stream.getvalue()


def faded(mode: str) -> bytes:
    """An image that is transparent at one side and opaque at the other."""
    image = Image.new("RGBA", (40, 24), (200, 30, 60, 255))
    image.putalpha(Image.linear_gradient("L").rotate(90).resize((40, 24)))
    return encoded(image.convert(mode))


def with_a_transparent_color(mode: str) -> bytes:
    stream = BytesIO()
    halves().convert(mode).save(stream, "PNG", transparency=(0, 0, 0) if mode == "RGB" else 0)
    return stream.getvalue()


def deep(kind: str) -> bytes:
    """16 bits per channel."""
    levels = np.linspace(0, 2**16 - 1, 40 * 24).reshape(24, 40).astype(np.uint16)
    return encoded(Image.fromarray(levels), kind)


IMAGES = {
    **{f"{kind}, turned {n}": turned(n, kind) for kind in ("JPEG", "PNG") for n in range(1, 9)},
    **{f"{mode}, fading": faded(mode) for mode in ("RGBA", "LA")},
    **{f"{mode}, one color clear": with_a_transparent_color(mode) for mode in ("P", "L", "RGB")},
    **{f"{kind}, 16 bits": deep(kind) for kind in ("PNG", "PPM")},
    "CMYK": encoded(halves().convert("CMYK"), "JPEG"),
}


@pytest.mark.parametrize("data", IMAGES.values(), ids=IMAGES)
def test_the_page_shows_what_the_model_sees(data: bytes) -> None:
    seen = decode(data)
    shown = view(data, *seen.size)
    assert shown.size == seen.size
    assert np.abs(np.asarray(shown, np.int16) - np.asarray(seen, np.int16)).max() <= 1


def test_the_page_has_the_limits_of_the_service() -> None:
    assert Settings().max_pixels == MAX_PIXELS
    assert {"jpg", "heic", "avif", "jfif"} <= set(TYPES)
    assert {read.name for read in READ if read.suffixes[0][1:] in TYPES} == set(OVER_HTTP)


def test_a_photo_of_a_telephone_is_shown_and_cut() -> None:
    """50 megapixels, which come out at a part of their size."""
    photo = encoded(Image.new("RGB", (8160, 6120), (200, 30, 60)), "JPEG")
    assert view(photo, 340, 340).size == (340, 255)
    assert Image.open(BytesIO(cut(photo, (0.5, 0.5, 0.75, 0.75)))).size == (1020, 765)


def test_batches_are_not_too_many_and_not_too_large() -> None:
    small = [Picture(f"{n}", b"1", f"{n}") for n in range(2 * BATCH + 3)]
    assert [len(batch) for batch in batches(small)] == [BATCH, BATCH, 3]
    large = [Picture(f"{n}", bytes(BATCH_BYTES * 2 // 3), f"{n}") for n in range(3)]
    assert [len(batch) for batch in batches(large)] == [1, 1, 1]
    assert batches([]) == []
