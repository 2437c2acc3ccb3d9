"""Cameras and streams: what breaks off is connected again."""

import errno
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest
from av.container import InputContainer

from signs.media import live
from signs.media.clip import Clip, ClipError, Sampling
from signs.media.opening import is_live, open_clip
from tests.clips import gray, save_clip, sound


@pytest.mark.parametrize(
    ("source", "expected"),
    [("0", True), ("12", True), ("rtsp://a/b", True), ("rtsps://a/b", True), ("7.mp4", False),
     ("http://a/b", False), ("-1", False), ("5", False)],
)  # fmt: skip
def test_what_is_live(
    source: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("5").mkdir()  # a folder of frames
    assert is_live(source) is expected


def opened(path: Path, plan: str, said: list[str], waited: list[float], sampling: Sampling) -> Clip:
    """A stream of five frames for each `o` of a plan; at an `x`, it does not answer.

    At a `-`, it answers without a picture.
    """
    steps = iter(plan)

    def connect() -> InputContainer:
        step = next(steps, "x")
        if step == "x":
            raise ClipError("it does not answer")
        return av.open(str(path.with_suffix(".wav") if step == "-" else path))

    return live.read_live(connect, sampling, said.append, waited.append)


@pytest.mark.parametrize(
    ("plan", "frames", "waits"),
    [
        ("o", 5, [1, 2, 4, 8, 16]),
        ("oo", 10, [1, 1, 2, 4, 8, 16]),
        ("oxxo", 10, [1, 2, 4, 1, 2, 4, 8, 16]),
        ("o-o", 10, [1, 2, 1, 2, 4, 8, 16]),
    ],
)
def test_a_stream_that_breaks_off_is_connected_again(
    plan: str, frames: int, waits: list[float], tmp_path: Path
) -> None:
    path = save_clip(tmp_path / "a.mp4", gray(5))
    sound(tmp_path / "a.wav")
    said: list[str] = []
    waited: list[float] = []
    clip = opened(path, plan, said, waited, Sampling())
    assert (clip.info.live, clip.info.duration_s) == (True, None)
    assert clip.info.started is not None
    seen = []
    with pytest.raises(ClipError, match="the stream broke, and 5 tries to connect again failed"):
        for frame in clip.frames():
            seen.append(frame)  # noqa: PERF402 -- extend would lose them
    assert [f.number for f in seen] == list(range(frames))
    times = [f.time_s for f in seen]
    assert times == sorted(set(times))
    assert waited == waits
    assert said[0] == "the stream broke (it ended): connecting again in 1 s"


def test_a_stream_ends_where_it_is_told_to(tmp_path: Path) -> None:
    path = save_clip(tmp_path / "a.mp4", gray(5))
    said: list[str] = []
    clip = opened(path, "o", said, [], Sampling(max_seconds=0.1))
    assert len(list(clip.frames())) == 3
    assert said == []


def test_a_stream_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match="it does not answer"):
        opened(tmp_path, "x", [], [], Sampling())


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EBUSY, "the camera is busy: close the program that uses it"),
        (errno.ENOENT, "there is no camera 0"),
        (errno.EACCES, "the camera cannot be opened: Permission denied"),
    ],
)
@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_cameras_that_are_refused(
    number: int, said: str, system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **options: Any) -> None:
        av.error.err_check(-number, args[0])

    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(av, "open", refuse)
    with pytest.raises(ClipError, match=said):
        live.camera(0)


@pytest.mark.parametrize(("count", "said"), [(0, "there is no camera 1"), (2, "busy")])
def test_cameras_of_windows_are_counted(
    count: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Device:
        name, media_types = "Webcam", ("video",)

    def busy(place: str, *args: Any, **options: Any) -> None:
        assert place == "video=Webcam"
        av.error.err_check(-errno.EBUSY, place)

    devices: Callable[[str], list[type[Device]]] = lambda kind: [Device] * count  # noqa: E731
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(av.device, "enumerate_input_devices", devices)
    monkeypatch.setattr(av, "open", busy)
    with pytest.raises(ClipError, match=said):
        live.camera(1)


def test_a_stream_without_a_server() -> None:
    with pytest.raises(ClipError, match="the stream cannot be opened: Connection refused"):
        open_clip("rtsp://127.0.0.1:9/x", Sampling(), print)
