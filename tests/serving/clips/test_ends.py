"""Clips on a real server: what is not taken, stopped, or killed."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from signs.media.clip import Sampling
from signs.media.opening import open_clip
from tests.cli.conftest import SHARP, drive
from tests.serving.clips.jobs import LIMITS, code, encoded, long_clip, submit, wait
from tests.serving.conftest import picture
from tests.serving.server import PATIENCE_S, Server, serve


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
    assert "Traceback" not in server.log.read_text()
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
