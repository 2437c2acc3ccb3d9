"""What tests ask of a service that reads clips."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.cli.conftest import drive
from tests.clips import save_clip
from tests.serving.server import PATIENCE_S

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
