"""Scenes on the page, against a real service with models that answer by pure colors."""

import json
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from signs.cli.detecting.lists import COLUMNS
from signs.inference.annotate import COLORS
from tests.serving.conftest import picture
from tests.serving.server import Server, serve
from tests.tiny_models import DETECTOR, road, save_detector, save_recognizer
from tests.ui.conftest import Open
from tests.ui.test_app import png, upload
from ui.client import Service
from ui.images import PictureError, cut_all, drawn_into, size_of
from ui.kinds import SMALL, glance, is_crop, shares
from ui.scene import table_rows
from ui.served import finds_signs, versions

BOXES = {"stop": (50, 60, 90, 100), "right": (150, 20, 200, 70), "outside": (210, 120, 250, 160)}


def encoded(image: Image.Image) -> bytes:
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


SCENE = encoded(road((300, 200), **BOXES))
EMPTY = encoded(road((300, 200)))
CROP = encoded(road((300, 300), stop=(30, 30, 270, 270)))


@pytest.fixture(scope="module")
def scene_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("scenes")
    model = save_recognizer(folder / "model.onnx")
    detector = save_detector(folder / "detector.onnx")
    with serve(folder / "log" / "log.txt", model, detector=detector, workers=1) as running:
        yield running


@pytest.mark.parametrize(
    ("data", "crop"),
    [
        (CROP, True),
        (encoded(road((900, 600), stop=(200, 100, 700, 500))), True),
        (encoded(road((1200, 300), stop=(10, 10, 290, 290))), True),
        (SCENE, False),
        (EMPTY, False),
        (encoded(road((900, 600), stop=(200, 100, 400, 300))), False),
    ],
)
def test_a_crop_is_told_from_a_scene(data: bytes, crop: bool, scene_service: Server) -> None:
    small = glance(data)
    assert small is not None
    assert is_crop(Service(scene_service.url).detect(small)) is crop


def test_what_is_small_or_broken_is_a_crop() -> None:
    """About the latter the service says what is wrong, as ever."""
    assert glance(picture(size=(SMALL, 40))) is None
    assert glance(picture(size=(SMALL + 1, 40))) is not None
    for broken in (b"", b"no picture", picture(size=(400, 400))[:500]):
        assert glance(broken) is None
    with pytest.raises(PictureError):
        size_of(b"no picture")


def test_a_photo_shows_its_signs(page: Open, scene_service: Server) -> None:
    app = upload(page(scene_service.url), png(data=SCENE))
    assert app.main.subheader[0].value == "2 signs recognized"
    table = app.dataframe[0].value
    assert list(table["sign"]) == ["Stop", "Keep right", "not named (No entry?)"]
    said = " ".join(caption.value for caption in app.caption)
    assert "Gray boxes, marked ?: 1 that the model does not name" in said
    assert DETECTOR.version in said
    assert DETECTOR.version in app.sidebar.markdown[-1].value
    chosen = app.segmented_control[1]
    assert chosen.value == "A road"
    chosen.set_value("One sign").run()
    assert not app.exception
    assert app.metric[0].label == "Confidence"


def test_a_photo_without_signs_says_so(page: Open, scene_service: Server) -> None:
    app = upload(page(scene_service.url), png(data=EMPTY))
    assert app.main.subheader[0].value == "No signs recognized"
    assert app.info[0].value.startswith("No sign was found.")
    assert not app.dataframe


@pytest.mark.parametrize("data", [CROP, picture()])
def test_a_crop_is_answered_as_before(data: bytes, page: Open, scene_service: Server) -> None:
    app = upload(page(scene_service.url), png(data=data))
    assert app.segmented_control[1].value == "One sign"
    assert app.metric[0].label == "Confidence"


def test_many_pictures_have_a_row_for_each_sign(page: Open, scene_service: Server) -> None:
    files = {"scene": SCENE, "empty": EMPTY, "crop": CROP, "broken": SCENE[:200]}
    app = upload(page(scene_service.url), *(png(f"{n}.png", data) for n, data in files.items()))
    rows = app.dataframe[0].value.sort_values(["file", "sign"])
    assert list(zip(rows["file"], rows["sign"], rows["state"], strict=True)) == [
        ("broken.png", "", "Unreadable"),
        ("crop.png", "Stop", "Recognized"),
        ("empty.png", "", "No sign"),
        ("scene.png", "Keep right", "Recognized"),
        ("scene.png", "No entry", "Not recognized"),
        ("scene.png", "Stop", "Recognized"),
    ]


def test_parts_and_boxes_are_where_the_signs_are(scene_service: Server) -> None:
    answer = Service(scene_service.url).detect(SCENE)
    stop = answer["signs"][0]
    (part,) = cut_all(SCENE, [shares(stop, answer)])
    assert part.size == pytest.approx((48, 48), abs=1)  # 40 pixels, and a tenth on each side
    assert part.getpixel((24, 24)) == (255, 0, 0)
    assert part.getpixel((1, 1)) == (90, 90, 90)
    drawn = Image.open(BytesIO(drawn_into(SCENE, [(shares(stop, answer), "?", "danger")], 600)))
    assert drawn.size == (600, 400)
    color = np.asarray(Image.new("RGB", (1, 1), COLORS["danger"][1]), int)[0, 0]
    frame = np.abs(np.asarray(drawn, int) - color).max(axis=2) < 25
    rows = np.nonzero(frame[:, 90:190].any(axis=1))[0]
    assert len(rows)
    assert 100 <= rows.min() <= 125
    assert np.asarray(drawn)[160, 140, 0] > 230  # what is inside stays visible


def test_lists_are_those_of_the_command_line(scene_service: Server) -> None:
    answer = json.loads(json.dumps(Service(scene_service.url).detect(SCENE)))
    rows = table_rows("a.png", answer)
    assert [row["name"] for row in rows] == [sign["name"] for sign in answer["signs"]]
    assert [rows[0][side] for side in ("left", "top", "right", "bottom")] == answer["signs"][0][
        "box"
    ]
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["path"] == "a.png"
    assert table_rows("a.png", answer | {"signs": []}) == [
        {"path": "a.png", "width": 300, "height": 200, "error": ""}
    ]


def test_an_older_service_does_not_say_that_it_finds_signs() -> None:
    assert not finds_signs({})
    assert not finds_signs({"version": "a"})
    assert versions({"version": "a"}) != versions({"version": "a", "detector": {"version": "b"}})
