"""Numbers of pictures in COCO's files, and names of the files that `signs detect` writes."""

from pathlib import Path

import pytest

from signs.cli.detecting.lists import image_ids
from signs.cli.detecting.pictures import Names


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a.png", "b.png"], [1, 2]),
        (["00012.ppm", "7.png"], [12, 7]),
        (["12.ppm", "d/012.png"], [1, 2]),  # the same number
        (["12.ppm", "a.png"], [1, 2]),
        (["-3.png", "²³.png", "٣.png"], [1, 2, 3]),
        (["1.png", "12345678901234567.png"], [1, 2]),  # more than JSON's readers hold
        (["7.png", "7.png"], [7, 7]),  # one picture, named twice
        ([], []),
    ],
)
def test_numbers_of_pictures(names: list[str], expected: list[int]) -> None:
    paths = [Path(name) for name in names]
    ids = image_ids(paths)
    assert [ids[path] for path in paths] == expected


def test_names_of_drawings() -> None:
    names = Names()
    paths = ["a.jpg", "d/a.png", "A.png", "a_2.png", "b.c.png", "ä b.png"]
    expected = ["a", "a_2", "A_3", "a_2_2", "b.c", "ä b"]
    assert [names.name(Path(path)) for path in paths] == expected
