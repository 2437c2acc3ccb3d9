"""Clips on a real server: the way of a job, and hostile clips."""

import json
from pathlib import Path
from typing import Any

import av
import bentoml
import httpx
import numpy as np
import pytest
from click.testing import CliRunner

from signs.catalog.gtsrb import GTSRB
from signs.cli import main
from signs.media.clip import Sampling
from signs.media.opening import open_clip
from tests.cli.conftest import SHARP, drive
from tests.clips import gray
from tests.serving.clips.jobs import code, encoded, submit, wait
from tests.serving.conftest import picture
from tests.serving.server import Server
from tests.tiny_models import road


@pytest.mark.parametrize(
    "fields", [{}, {"every": "2"}, {"max_seconds": "0.3", "every": "3"}, {"lang": "de"}]
)
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
    answer = client.get(f"/track/{job}/result").json()
    for sign in answer["signs"]:
        assert sign.pop("german") == GTSRB.german[sign["class_id"]]
    assert answer == expected
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
