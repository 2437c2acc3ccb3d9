import hashlib
from io import BytesIO
from itertools import islice

from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.data.drawn import draw_photo, drawn_source


def test_every_class_in_order_each_image_a_group() -> None:
    source = drawn_source(per_class=3, seed=5)
    photos = list(source.parts["train"]())
    assert set(source.parts) == {"train"}
    assert [p.label for p in photos] == [c for c in range(len(GTSRB)) for _ in range(3)]
    assert len({p.group for p in photos}) == len(photos)
    assert Image.open(BytesIO(photos[0].data)).format == "JPEG"
    # The worker processes draw what a single call draws.
    assert photos[4] == draw_photo(1, 1, seed=5)


def test_more_images_begin_with_the_same_ones_and_seeds_differ() -> None:
    first = next(iter(drawn_source(4, 5).parts["train"]()))
    assert first == draw_photo(0, 0, seed=5)
    assert draw_photo(0, 0, seed=6).data != first.data
    assert draw_photo(0, 1, seed=5).data != first.data


def test_stopping_early_is_fine() -> None:
    photos = drawn_source(3, 0).parts["train"]()
    assert len(list(islice(photos, 5))) == 5
    photos.close()  # type: ignore[attr-defined]


def test_the_bytes_that_results_rest_on() -> None:
    drawn = (draw_photo(c, n, seed=3).data for c in (0, 13, 14, 25, 40) for n in range(4))
    assert hashlib.sha256(b"".join(drawn)).hexdigest()[:16] == "29fa5c0ce74663cf"
