import numpy as np
from PIL import Image

from signs.inference.preprocess import preprocess, squash
from signs.pictures.decoding import decode
from tests.pictures.files import encode, halves, noise


def test_any_shape_becomes_the_square() -> None:
    out = preprocess(encode(halves("RGB", (255, 0, 0), (0, 0, 255))), 10)
    assert out.shape == (10, 10, 3)
    assert out.dtype == np.uint8
    assert out[5, 1].tolist() == [255, 0, 0]
    assert out[5, 8].tolist() == [0, 0, 255]


def test_bytes_and_pillow_images_agree() -> None:
    image = noise((50, 40))
    assert (preprocess(encode(image), 24) == preprocess(image, 24)).all()


def test_a_large_jpeg_is_decoded_small_and_looks_the_same() -> None:
    small = Image.effect_noise((40, 30), 90).convert("RGB")
    data = encode(small.resize((1280, 960), Image.Resampling.BICUBIC), "JPEG", quality=95)
    drafted, whole = preprocess(data, 24), squash(decode(data), 24)
    assert decode(data, 4 * 24).size == (160, 120)
    assert np.abs(drafted.astype(int) - whole).max() <= 3
