from io import BytesIO
from itertools import islice

import numpy as np
from PIL import Image

from signs.data.scenes.drawn import draw_scene, drawn_scenes
from signs.records.scene import Scene


def same(one: Scene, two: Scene) -> bool:
    boxes = np.array_equal(one.boxes, two.boxes) and np.array_equal(one.labels, two.labels)
    return one.data == two.data and one.name == two.name and boxes


def test_roads_by_number_as_a_single_call_draws_them() -> None:
    source = drawn_scenes(count=2, seed=5)
    scenes = list(source.parts["train"]())
    assert set(source.parts) == {"train"}
    assert len({scene.name for scene in scenes}) == 2
    for number, scene in enumerate(scenes):
        assert same(scene, draw_scene(5, number))
        picture = Image.open(BytesIO(scene.data))
        assert (picture.format, picture.size) == ("JPEG", (1360, 800))


def test_seeds_and_numbers_differ() -> None:
    first = draw_scene(5, 0)
    assert draw_scene(6, 0).data != first.data
    assert draw_scene(5, 1).data != first.data


def test_stopping_early_is_fine() -> None:
    scenes = drawn_scenes(2, 0).parts["train"]()
    assert len(list(islice(scenes, 1))) == 1
    scenes.close()  # type: ignore[attr-defined]
