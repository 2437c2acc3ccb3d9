"""`/metrics` of a server with two workers, one of which is killed."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.serving.conftest import picture
from tests.serving.server import Server, serve

PICTURES = 40


def samples(server: Server) -> dict[str, float]:
    """By name and labels, such as `signs_confidence_count{'task': 'recognize'}`."""
    text = httpx.get(f"{server.url}/metrics").text
    return {
        s.name + str(dict(sorted(s.labels.items()))): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
    }


def recent(found: dict[str, float]) -> float:
    """How many recent answers the workers have, by `known`."""
    return sum(
        value
        for name, value in found.items()
        if name.startswith("signs_recent_answers") and "'known'" in name
    )


def workers(server: Server) -> set[int]:
    found = set()
    for child in psutil.Process(server.process.pid).children(recursive=True):
        with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
            if "_bentoml_impl.worker.service" in " ".join(child.cmdline()):
                found.add(child.pid)
    return found


def post(server: Server) -> int:
    """Post a picture on a connection of its own; the status."""
    return httpx.post(f"{server.url}/predict", files={"image": picture()}).status_code


@pytest.mark.slow
def test_counts_of_two_workers_are_added_up_and_a_dead_one_comes_back(
    model_file: Path, tmp_path: Path
) -> None:
    with serve(tmp_path / "log.txt", model_file, workers=2) as server:
        end = time.monotonic() + 60
        while len(workers(server)) < 2 and time.monotonic() < end:
            time.sleep(0.1)
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: post(server), range(PICTURES))) == {200}
        for i in range(30):
            assert httpx.get(f"{server.url}/nothing/{i}").status_code == 404
        before = samples(server)
        assert before["signs_decode_seconds_count{'task': 'recognize'}"] == PICTURES
        assert before["signs_inference_seconds_count{'task': 'recognize'}"] == PICTURES
        assert before["signs_confidence_count{'task': 'recognize'}"] == PICTURES
        assert before["signs_confidence_bucket{'le': '1.0', 'task': 'recognize'}"] == PICTURES
        answered = "signs_requests_total{'code': '', 'path': '/predict', 'status': '200'}"
        lost = "signs_requests_total{'code': 'not_found', 'path': 'other', 'status': '404'}"
        assert before[answered] == PICTURES
        assert before[lost] == 30
        assert recent(before) == PICTURES
        assert before["signs_drift{'of': 'known', 'task': 'recognize'}"] > 0

        first = workers(server)
        os.kill(min(first), signal.SIGKILL)
        end = time.monotonic() + 60  # counted from here: the machine may have been busy
        while (len(workers(server)) < 2 or workers(server) == first) and time.monotonic() < end:
            time.sleep(0.1)
        assert len(workers(server) - first) == 1
        assert post(server) == 200
        after = samples(server)
        assert after["signs_confidence_count{'task': 'recognize'}"] == PICTURES + 1
        assert 1 <= recent(after) <= PICTURES + 1  # those of the killed worker are dropped
