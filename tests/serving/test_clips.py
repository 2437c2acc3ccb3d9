"""Clips on a real server: the way of a job, hostile clips, killed processes."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import av
import bentoml
import httpx
import numpy as np
import psutil
import pytest
from click.testing import CliRunner

from signs.cli import main
from signs.media.clip import Sampling
from signs.media.opening import open_clip
from tests.cli.conftest import SHARP, drive
from tests.clips import gray, save_clip
from tests.serving.conftest import picture
from tests.serving.server import PATIENCE_S, Server, serve
from tests.tiny_models import road

LIMITS: dict[str, Any] = {
    "workers": 1,
    "max_body_mb": 0.01,  # of the other paths: clips have a limit of their own
    "max_clips": 3,
    "max_clip_mb": 2,
    "max_clip_s": 10,
    "max_clip_megapixels": 0.1,
    "clip_timeout_s": 20,
}
FINAL = {"done", "failed", "canceled"}


@pytest.fixture(scope="module")
def server(
    scene_models: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    recognizer, detector = scene_models
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with serve(log, recognizer, detector=detector, **LIMITS) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=30) as client:
        yield client


def submit(client: httpx.Client, clip: bytes, **fields: str) -> str:
    begun = client.post("/track", files={"clip": ("a.mp4", clip)}, data=fields)
    assert begun.status_code == 200, begun.text
    return str(begun.json()["id"])


def wait(
    client: httpx.Client,
    job: str,
    until: Callable[[dict[str, Any]], bool] = lambda status: status["status"] in FINAL,
) -> dict[str, Any]:
    """The status of a job, once it is such."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        status: dict[str, Any] = client.get(f"/track/{job}").json()
        if until(status):
            return status
        time.sleep(0.05)
    raise AssertionError(status)


def encoded(folder: Path, frames: Any, name: str = "a.mp4", **options: Any) -> bytes:
    return save_clip(folder / name, frames, **options).read_bytes()


def long_clip(folder: Path, seconds: int = 8) -> bytes:
    """A clip that takes some time, though it has few bytes."""
    return encoded(folder, drive(20) * (25 * seconds // 20), options={"preset": "ultrafast"})


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize("fields", [{}, {"every": "2"}, {"max_seconds": "0.3", "every": "3"}])
def test_the_answer_is_that_of_the_command_line(
    fields: dict[str, str], client: httpx.Client, scene_models: tuple[Path, Path], tmp_path: Path
) -> None:
    data = encoded(tmp_path, drive(15), **SHARP)
    job = submit(client, data, **fields)
    assert wait(client, job)["status"] == "done"
    options = [f"--{name.replace('_', '-')}={value}" for name, value in fields.items()]
    models = ["--model", str(scene_models[0]), "--detector", str(scene_models[1])]
    drawn = tmp_path / "drawn.mp4"
    said = CliRunner().invoke(
        main, ["track", str(tmp_path / "a.mp4"), "--json", "--video", str(drawn), *options, *models]
    )
    (expected,) = json.loads(said.stdout)
    del expected["path"]
    assert client.get(f"/track/{job}/result").json() == expected
    clip = client.get(f"/track/{job}/clip")
    assert clip.headers["content-type"] == "video/mp4"
    (tmp_path / "sent.mp4").write_bytes(clip.content)
    sent, own = (
        list(open_clip(str(path), Sampling(), print).frames())
        for path in (tmp_path / "sent.mp4", drawn)
    )
    assert [frame.time_s for frame in sent] == [frame.time_s for frame in own]
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(sent, own, strict=True))
    part = client.get(f"/track/{job}/clip", headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")


def test_a_clip_that_is_the_whole_body(client: httpx.Client, tmp_path: Path) -> None:
    data = encoded(tmp_path, drive(5), **SHARP)
    for kind in ("video/mp4", "application/octet-stream"):
        job = client.post("/track", content=data, headers={"content-type": kind}).json()["id"]
        assert wait(client, job)["status"] == "done"
    with bentoml.SyncHTTPClient(str(client.base_url)) as library:
        job = library.track(clip=tmp_path / "a.mp4", every=2)["id"]
        assert wait(client, job)["status"] == "done"
    counts = client.get("/metrics").text
    assert 'signs_inference_seconds_count{task="track"}' in counts
    assert 'path="/track/{id}"' in counts
    assert job not in counts


def line(size: tuple[int, int]) -> list[Any]:
    return [np.zeros((size[1], size[0], 3), np.uint8)] * 3


LOSSLESS = {"codec": "png", "pix_fmt": "rgb24", "name": "a.mov"}
BROKEN = {
    "nothing": (lambda p: b"", "the file is empty"),
    "text": (lambda p: b"a shopping list", "not a clip"),
    "a picture that is called a clip": (lambda p: picture("PNG"), "a still picture (PNG)"),
    "half": (lambda p: encoded(p, gray(20))[:900], "it is broken"),
    "sound alone": (lambda p: sound(p / "a.wav"), "no pictures"),
    "a list of other clips": (lambda p: b"ffconcat version 1.0\nfile upload\n", "not a clip"),
    "large frames": (lambda p: encoded(p, gray(2, (400, 300))), "400 x 300 pixels"),
    "a long clip": (lambda p: encoded(p, gray(11), times=[*range(11)]), "at most 10 are read"),
    "a speck": (lambda p: encoded(p, line((1, 1)), **LOSSLESS), ""),
    "a line": (lambda p: encoded(p, line((20_000, 1)), **LOSSLESS), ""),
    "a column": (lambda p: encoded(p, line((1, 20_000)), **LOSSLESS), ""),
    "data after the end": (lambda p: encoded(p, drive(5), **SHARP) + b"\0junk" * 9999, ""),
}  # fmt: skip


def sound(path: Path) -> bytes:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        frame.sample_rate = 8000
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path.read_bytes()


@pytest.mark.parametrize("name", BROKEN)
def test_a_hostile_clip_ends_its_job_in_a_line(
    name: str, client: httpx.Client, server: Server, tmp_path: Path
) -> None:
    """And what can be read of it is read."""
    make, said = BROKEN[name]
    job = submit(client, make(tmp_path))
    status = wait(client, job)
    if not said:
        assert status["status"] == "done"
        assert client.get(f"/track/{job}/result").json()["error"] is None
        assert client.get(f"/track/{job}/clip").content[4:8] == b"ftyp"
        return
    assert (status["status"], status["error"]["code"]) == ("failed", "bad_clip")
    assert said in status["error"]["message"]
    assert "\n" not in status["error"]["message"]
    for path in ("result", "clip"):
        answer = client.get(f"/track/{job}/{path}")
        assert code(answer) == (422, "bad_clip")
        assert answer.json()["error"]["message"] == status["error"]["message"]
    assert "Traceback" not in server.log.read_text()


def test_of_a_cut_clip_what_is_there_is_kept(client: httpx.Client, tmp_path: Path) -> None:
    data = encoded(tmp_path, drive(20) * 2, options={"g": "5", "bf": "0"},
                   container={"movflags": "+faststart"})  # fmt: skip
    job = submit(client, data[: len(data) * 3 // 4])
    assert wait(client, job)["status"] == "done"
    result = client.get(f"/track/{job}/result").json()
    assert "it was cut" in result["error"]
    assert result["signs"]


def test_a_clip_of_countless_frames_is_stopped(client: httpx.Client, tmp_path: Path) -> None:
    times = [n / 1000 for n in range(2502)]
    clip = encoded(tmp_path, line((16, 16)) * 834, "a.mkv", times=times)
    job = submit(client, clip, every="100")
    assert wait(client, job)["status"] == "done"
    result = client.get(f"/track/{job}/result").json()
    assert "more frames than are read" in result["error"]


def test_a_clip_that_does_not_say_how_long_it_is_is_stopped(
    client: httpx.Client, tmp_path: Path
) -> None:
    frames = [np.asarray(road((160, 120), stop=(30, 30, 60, 60)))] * 24
    times = [n / 2 for n in range(24)]
    job = submit(client, encoded(tmp_path, frames, "a.mkv", times=times, container={"live": "1"}))
    assert wait(client, job)["status"] == "done"
    result = client.get(f"/track/{job}/result").json()
    assert result["duration_s"] is None
    assert "longer than 10 s" in result["error"]


def test_bodies_that_are_not_taken(client: httpx.Client, server: Server) -> None:
    large = bytes(2_100_000)
    assert code(client.post("/track", files={"clip": large})) == (413, "body_too_large")

    def endless() -> Iterator[bytes]:
        yield from [bytes(65536)] * 200

    video = {"content-type": "video/mp4"}
    assert code(client.post("/track", content=endless(), headers=video)) == (413, "body_too_large")
    text = client.post("/track", files={"clip": (None, "http://127.0.0.1:9/a.mp4")})
    assert code(text) == (400, "not_a_file")
    assert "try curl -F clip=@drive.mp4, with the @" in text.json()["error"]["message"]
    assert not list((server.log.parent / "bentoml" / "clips").glob("*/upload"))


def test_a_client_that_goes_away_leaves_nothing(server: Server, client: httpx.Client) -> None:
    def half() -> Iterator[bytes]:
        yield bytes(65536)
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - ours
        client.post("/track", content=half(), headers={"content-type": "video/mp4"})
    clips = server.log.parent / "bentoml" / "clips"
    end = time.monotonic() + PATIENCE_S
    while list(clips.glob("*/upload")) and time.monotonic() < end:
        time.sleep(0.05)
    assert not list(clips.glob("*/upload"))


def test_a_clip_is_stopped_in_the_middle(client: httpx.Client, tmp_path: Path) -> None:
    """By many at a time; what was found until then is kept."""
    job = submit(client, long_clip(tmp_path))
    status = wait(client, job, lambda status: (status["read_s"] or 0) > 0.5)
    assert status["status"] == "running"
    assert 0 < status["progress"] < 1
    assert status["left_s"] > 0
    assert code(client.get(f"/track/{job}/result")) == (409, "no_result")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: client.post(f"/track/{job}/cancel"), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    status = wait(client, job)
    assert (status["status"], status["error"]) == ("canceled", None)
    result = client.get(f"/track/{job}/result").json()
    assert result["error"].startswith("stopped after ")
    assert result["signs"]
    (tmp_path / "part.mp4").write_bytes(client.get(f"/track/{job}/clip").content)
    read = list(open_clip(str(tmp_path / "part.mp4"), Sampling(), print).frames())
    assert 0 < len(read) < 200


def test_only_so_many_clips_wait(client: httpx.Client, tmp_path: Path) -> None:
    """While one is read, pictures are answered for."""
    clip = long_clip(tmp_path)
    jobs = [submit(client, clip) for _ in range(LIMITS["max_clips"])]
    refused = client.post("/track", files={"clip": clip})
    assert code(refused) == (429, "overloaded")
    assert int(refused.headers["retry-after"]) > 0
    statuses = [client.get(f"/track/{job}").json() for job in jobs]
    assert [status["before"] for status in statuses[1:]] == [1, 2]
    assert client.post("/predict", files={"image": picture()}).status_code == 200
    for job in reversed(jobs):
        client.post(f"/track/{job}/cancel")
    for job in jobs:
        assert wait(client, job)["status"] == "canceled"
    assert code(client.get(f"/track/{jobs[-1]}/result")) == (409, "no_result")


def reading(server: Server) -> list[psutil.Process]:
    """The processes that read a clip."""
    children = psutil.Process(server.process.pid).children(recursive=True)
    return [p for p in children if "signs.serving.clips.process" in p.cmdline()]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize("who", ["the process", "the worker"])
def test_whoever_is_killed_no_job_hangs(
    who: str, client: httpx.Client, server: Server, tmp_path: Path
) -> None:
    clip = long_clip(tmp_path)
    job, next_job = submit(client, clip), submit(client, encoded(tmp_path, drive(5), **SHARP))
    wait(client, job, lambda status: (status["read_s"] or 0) > 0)
    (process,) = reading(server)
    victim = process if who == "the process" else process.parent()
    assert victim is not None
    victim.send_signal(signal.SIGKILL)
    patient = httpx.Client(
        base_url=server.url, timeout=30, transport=httpx.HTTPTransport(retries=9)
    )
    with patient:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                status = wait(patient, job)
                break
            except httpx.TransportError:  # the next worker is not there yet
                time.sleep(0.2)
        assert (status["status"], status["error"]["code"]) == ("failed", "internal")
        assert code(patient.get(f"/track/{job}/result")) == (500, "internal")
        assert wait(patient, next_job)["status"] == "done"
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_the_server_takes_the_clip_that_is_read_with_it(
    scene_models: tuple[Path, Path], tmp_path: Path
) -> None:
    """And the next one finds the jobs of the one before."""
    recognizer, detector = scene_models
    log = tmp_path / "server" / "log.txt"
    settings = LIMITS | {"detector": detector, "workers": 2}
    with serve(log, recognizer, **settings) as server, httpx.Client(base_url=server.url) as client:
        job = submit(client, long_clip(tmp_path))
        wait(client, job, lambda status: (status["read_s"] or 0) > 0)
        (process,) = reading(server)
    assert not process.is_running()
    with serve(log, recognizer, clip_keep_s=2, **settings) as server:
        client = httpx.Client(base_url=server.url)
        status = wait(client, job)
        assert (status["status"], status["error"]["code"]) == ("failed", "internal")
        done = submit(client, encoded(tmp_path, drive(5), **SHARP))
        assert wait(client, done)["status"] == "done"
        end = time.monotonic() + PATIENCE_S
        while list((log.parent / "bentoml" / "clips").glob("*/*")) and time.monotonic() < end:
            time.sleep(0.2)
        assert code(client.get(f"/track/{done}")) == (404, "no_job")
        client.close()
