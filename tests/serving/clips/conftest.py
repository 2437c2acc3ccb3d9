"""A real server with small limits on clips."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.serving.clips.jobs import LIMITS
from tests.serving.server import Server, serve


@pytest.fixture(scope="package")
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
