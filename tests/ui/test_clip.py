"""Clips on the page, as far as no browser is needed."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import pytest

from tests.cli.conftest import SHARP, drive
from tests.clips import save_clip
from tests.serving.clips.jobs import wait
from tests.serving.server import Server, free_port, serve
from tests.tiny_models import save_detector, save_recognizer
from tests.ui.conftest import Open, quiet
from tests.ui.test_app import png, upload
from ui.client import Service, ServiceError
from ui.clip import clip_rows, progress_text, shown_seconds
from ui.timeline import clock

STATUS = {"status": "running", "before": 0, "read_s": 1.0, "duration_s": 4.0, "left_s": 12.3}


@pytest.fixture(scope="module")
def clip_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("clips")
    model = save_recognizer(folder / "model.onnx")
    detector = save_detector(folder / "detector.onnx")
    log = folder / "log" / "log.txt"
    with serve(log, model, detector=detector, workers=1, max_clips=1) as running:
        yield running


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return save_clip(tmp_path_factory.mktemp("a") / "a.mp4", drive(15), **SHARP).read_bytes()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "0:01.0 of 0:04.0 read, about 12 s left"),
        ({"left_s": 200}, "0:01.0 of 0:04.0 read, about 3 min left"),
        ({"left_s": None}, "0:01.0 of 0:04.0 read"),
        ({"left_s": None, "duration_s": None}, "0:01.0 read"),
        ({"read_s": None}, "Starting"),
        ({"status": "waiting"}, "Waiting"),
        ({"status": "waiting", "before": 2}, "Waiting: 2 before yours"),
    ],
)
def test_how_far_a_clip_is(changes: dict[str, Any], expected: str) -> None:
    assert progress_text(STATUS | changes) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0:00.0"), (3.14, "0:03.1"), (59.96, "1:00.0"), (3725.5, "62:05.5")],
)
def test_seconds_are_shown_as_players_do(seconds: float, expected: str) -> None:
    assert clock(seconds) == expected


@pytest.mark.parametrize(
    ("error", "whole", "read", "expected"),
    [(None, 9.0, 8.8, 9.0), ("stopped", 9.0, 2.0, 2.5), (None, None, 4.0, 4.0), ("cut", 9.0, 3, 3)],
)
def test_how_long_the_drawn_clip_is(
    error: str | None, whole: float | None, read: float, expected: float
) -> None:
    answer = {"duration_s": whole, "error": error, "signs": [{"last_s": 1.0}, {"last_s": 2.5}]}
    assert shown_seconds(answer, {"read_s": read}) == expected


def test_the_client(clip_service: Server, clip: bytes) -> None:
    service = Service(clip_service.url)
    job = service.begin_clip(BytesIO(clip))
    with httpx.Client(base_url=clip_service.url) as client:
        assert wait(client, job)["status"] == "done"
    service.cancel_clip(job)  # it has ended
    answer = service.clip_signs(job)
    assert [sign["name"] for sign in answer["signs"]] == ["Stop", "Keep right"]
    assert service.drawn_clip(job)[4:8] == b"ftyp"
    rows = clip_rows("a.mp4", answer)
    assert [(row["path"], row["stvo"], row["frames"]) for row in rows] == [
        ("a.mp4", "206", 15), ("a.mp4", "222", 11),
    ]  # fmt: skip
    assert set(clip_rows("a.mp4", answer | {"signs": []})[0]) < set(rows[0])
    with pytest.raises(ServiceError, match="no such job"):
        service.clip_status("0" * 32)


def test_a_clip_and_a_picture_in_one_upload(page: Open, clip_service: Server, clip: bytes) -> None:
    app = upload(page(clip_service.url), ("a.mp4", clip, "video/mp4"), png())
    assert [button.label for button in app.button][:1] == ["Stop"]
    assert app.metric[0].label == "Confidence"
    app = quiet(app.file_uploader[0].set_value([]).run())
    assert not app.error


def test_a_service_without_a_detector_says_so(page: Open, clip: bytes) -> None:
    app = upload(page(), ("a.MOV", clip, "video/quicktime"))
    assert "no model that finds signs" in app.error[0].value


def test_a_service_that_is_down_is_said_once(page: Open, clip: bytes) -> None:
    app = upload(page(f"http://127.0.0.1:{free_port()}"), ("a.mp4", clip, "video/mp4"))
    assert len(app.main.error) == 1
    assert "is not running" in app.main.error[0].value
