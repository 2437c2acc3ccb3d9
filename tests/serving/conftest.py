"""One server with small limits, shared by the tests of the service."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from pillow_heif import from_pillow
from prometheus_client import CollectorRegistry, Counter, Histogram

from signs.serving.telemetry import Telemetry
from tests.serving.server import Server, serve
from tests.tiny_models import save_detector, save_recognizer

LIMITS: dict[str, Any] = {
    "max_body_mb": 1,
    "max_batch": 8,
    "max_megapixels": 4,
    "body_timeout_s": 2,
    "workers": 1,
}


@pytest.fixture(scope="session")
def server(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("server") / "log.txt"
    detector = save_detector(log.parent / "detector.onnx")
    with serve(log, model_file, detector=detector, **LIMITS) as running:
        yield running


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def scene_models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A recognizer and a detector that answer by pure colors."""
    folder = tmp_path_factory.mktemp("models")
    return save_recognizer(folder / "model.onnx"), save_detector(folder / "detector.onnx")


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 40), mode: str = "RGB") -> bytes:
    """Noise, encoded in a format of Pillow."""
    stream = BytesIO()
    noise = Image.effect_noise(size, 60).convert(mode)
    if kind == "HEIF":
        from_pillow(noise).save(stream)
    else:
        noise.save(stream, kind)
    return stream.getvalue()


def fresh_telemetry() -> Telemetry:
    """Counts that no other test has."""
    registry = CollectorRegistry()
    requests = Counter("a", "a", ["path", "status", "code"], registry=registry)
    seconds = Histogram("b", "b", ["path"], registry=registry)
    decode, inference, confidence, known = (
        Histogram(name, name, ["task"], registry=registry) for name in "cdef"
    )
    signs = Histogram("g", "g", registry=registry)
    return Telemetry(requests, seconds, decode, inference, confidence, known, signs)
