from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.serving.cases import png
from tests.serving.conftest import picture
from ui.images import GRAY, MIN_SIDE, Picture, PictureError, cut, data_url, sample, view
from ui.many import BATCH, BATCH_BYTES, batches


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    stream = BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


def halves() -> Image.Image:
    """Left black, right white."""
    return Image.fromarray(np.tile(np.repeat(np.array([0, 255], np.uint8), 50), (60, 1)))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_a_part_keeps_what_the_picture_says(mode: str) -> None:
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


def test_what_is_transparent_is_gray_and_what_is_narrow_stays_visible() -> None:
    clear = encoded(Image.new("RGBA", (10, 10)))
    assert view(clear, 20, 20).getpixel((5, 5)) == GRAY
    assert view(picture(size=(4, 3000)), 320, 400).size == (1, 400)


@pytest.mark.parametrize(
    "data", [b"", b"no picture", picture()[:200], png(9000, 9000), b"DDS |" + bytes(200)]
)
def test_what_cannot_be_shown_is_a_sentence(data: bytes) -> None:
    assert data_url(data, 48) == ""
    for show in (lambda: view(data, 48, 48), lambda: cut(data, (0, 0, 1, 1))):
        with pytest.raises(PictureError, match=r"^This picture .*\.$"):
            show()


def test_samples_fill_their_border() -> None:
    stop = np.asarray(Image.open(BytesIO(sample(14))))
    assert stop.shape == (256, 256, 3)
    assert (stop[:20] == GRAY).all()
    assert (stop[40] != GRAY).any()


def test_batches_are_not_too_many_and_not_too_large() -> None:
    small = [Picture(f"{n}", b"1", f"{n}") for n in range(2 * BATCH + 3)]
    assert [len(batch) for batch in batches(small)] == [BATCH, BATCH, 3]
    large = [Picture(f"{n}", bytes(BATCH_BYTES * 2 // 3), f"{n}") for n in range(3)]
    assert [len(batch) for batch in batches(large)] == [1, 1, 1]
    assert batches([]) == []
