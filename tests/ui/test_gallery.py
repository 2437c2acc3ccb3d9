"""The samples: which are offered, what their files hold, and that a choice is as an upload."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from docs.samples import DRIVE_SEED, SEED, draw_drive, draw_stills
from signs.media.clip import Sampling
from signs.media.files import read_file
from signs.params import load_params
from stages.evaluate_tracker import STREAM
from tests.conftest import ROOT
from tests.serving.server import Server, free_port
from tests.ui.conftest import Open, quiet
from tests.ui.test_app import png, upload
from tests.ui.test_scene import scene_service
from ui.gallery import CHOSEN, GALLERY, SAMPLES, Sample, Shows, offered
from ui.kinds import SMALL

__all__ = ["scene_service"]  # the fixture

CROPS = [sample for sample in GALLERY if sample.shows is Shows.SIGN]
SIZES = {".jpg": 150_000, ".mp4": 700_000}  # bytes at most
SIDES = {Shows.ROAD: (1360, 800), Shows.DRIVE: (1020, 600)}
ALIKE = 3.0  # levels of 255, on average, that encoders may differ by


def choose(app: AppTest, sample: Sample) -> AppTest:
    """What a click on a sample does; AppTest knows no components."""
    app.session_state[CHOSEN] = sample.name
    return quiet(app.run())


@pytest.mark.parametrize(
    ("served", "expected"),
    [
        ({}, ()),
        ({"version": "a"}, CROPS),
        ({"version": "a", "detector": None}, CROPS),
        ({"version": "a", "detector": {"version": "b"}}, GALLERY),
    ],
)
def test_only_what_the_service_can_answer_is_offered(
    served: dict[str, Any], expected: tuple[Sample, ...]
) -> None:
    assert offered(served) == tuple(expected)


def test_the_folder_holds_the_samples_alone() -> None:
    posters = {"drive.jpg"}
    assert {path.name for path in SAMPLES.iterdir()} == {s.name for s in GALLERY} | posters
    assert all(path.stat().st_size <= SIZES[path.suffix] for path in SAMPLES.iterdir())


@pytest.mark.parametrize("sample", GALLERY, ids=lambda sample: sample.name)
def test_a_file_is_what_it_says(sample: Sample) -> None:
    if sample.shows is Shows.DRIVE:
        clip = read_file(SAMPLES / sample.name, Sampling())
        assert (clip.info.width, clip.info.height) == SIDES[sample.shows]
        times = [frame.time_s for frame in clip.frames()]
        assert times[-1] == pytest.approx(3.95)
        assert sample.data[4:8] == b"ftyp"
    with Image.open(SAMPLES / Path(sample.name).with_suffix(".jpg")) as picture:
        assert picture.format == "JPEG"
        if sample.shows is Shows.ROAD:
            assert picture.size == SIDES[sample.shows]
        elif sample.shows is Shows.SIGN:
            assert max(picture.size) <= SMALL
    assert sample.poster[:2] == b"\xff\xd8"


def unlike(one: Path, other: Path) -> float:
    """By how many levels of 255 two pictures differ, on average."""
    with Image.open(one) as first, Image.open(other) as second:
        return float(np.abs(np.asarray(first, float) - np.asarray(second, float)).mean())


def test_stills_are_drawn_again_as_they_are(tmp_path: Path) -> None:
    """Else `python -m docs.samples` was not run after a change of the art."""
    drawn = list(draw_stills(tmp_path))
    assert {path.name for path in drawn} == {s.name for s in GALLERY if s.shows is not Shows.DRIVE}
    for path in drawn:
        assert unlike(path, SAMPLES / path.name) < ALIKE, path.name


@pytest.mark.slow
def test_the_drive_is_drawn_again_as_it_is(tmp_path: Path) -> None:
    clip, poster = draw_drive(tmp_path)
    assert unlike(poster, SAMPLES / poster.name) < ALIKE
    again, before = (read_file(folder / clip.name, Sampling()) for folder in (tmp_path, SAMPLES))
    for one, other in zip(again.frames(), before.frames(), strict=True):
        assert one.time_s == other.time_s
        assert np.abs(one.pixels.astype(int) - other.pixels).mean() < ALIKE


def test_no_stage_draws_with_their_seeds() -> None:
    """Each draws with the seed of its params, or one or two behind it."""
    params = load_params("data", "detector.data", "video.evaluate", path=ROOT / "params.yaml")
    assert SEED not in range(params.data.seed, params.data.seed + 3)
    assert SEED not in range(params.detector.data.seed, params.detector.data.seed + 3)
    chosen = params.video.evaluate
    first = STREAM + chosen.drives * chosen.seed
    assert DRIVE_SEED not in range(first, first + chosen.drives)


def test_a_chosen_sample_is_answered_as_an_upload(page: Open) -> None:
    app = choose(page(), CROPS[0])
    name = CROPS[0].name
    again = upload(page(), png(name, CROPS[0].data))
    assert app.main.subheader[0].value == again.main.subheader[0].value
    assert app.metric[0].value == again.metric[0].value


def test_an_upload_replaces_a_sample(page: Open) -> None:
    app = choose(page(), CROPS[0])
    app = upload(app, png(), png("b.png"))
    assert set(app.dataframe[0].value["file"]) == {"photo.png", "b.png"}
    app = quiet(app.file_uploader[0].set_value([]).run())
    assert not app.main.subheader  # the sample does not come back


def test_a_sample_of_a_road_is_answered_as_one(page: Open, scene_service: Server) -> None:
    (road,) = (sample for sample in GALLERY if sample.name == "village.jpg")
    app = choose(page(scene_service.url), road)
    assert app.segmented_control[1].value == "A road"
    assert app.main.subheader[0].value == "No signs recognized"


def test_a_sample_that_the_service_cannot_answer_is_not_asked_about(page: Open) -> None:
    app = choose(page(), next(sample for sample in GALLERY if sample.shows is Shows.ROAD))
    assert not app.main.subheader
    assert not app.main.error


def test_nothing_is_offered_where_nothing_answers(page: Open) -> None:
    app = page(f"http://127.0.0.1:{free_port()}")
    assert not any("No picture at hand" in text.value for text in app.main.markdown)
