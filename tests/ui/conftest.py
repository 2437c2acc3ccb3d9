"""Real services for the page, and somebody else."""

from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from signs.inference.model_info import ModelInfo
from signs.networks.architectures import Network
from signs.export.graph import save_onnx, to_onnx, with_outputs
from tests.conftest import IMAGE_SIZE
from tests.serving.server import Server, serve


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="session")
def ui_service(trained_model: Network, model_info: ModelInfo, folder: Path) -> Iterator[Server]:
    """Its model recognizes everything."""
    model = folder / "sure.onnx"
    proto = with_outputs(to_onnx(trained_model, IMAGE_SIZE))
    save_onnx(proto, replace(model_info, threshold=0.0), model)
    with serve(folder / "sure" / "log.txt", model, workers=1, max_body_mb=1) as running:
        yield running


@pytest.fixture(scope="session")
def unsure_service(trained_model: Network, model_info: ModelInfo, folder: Path) -> Iterator[Server]:
    """Its model recognizes nothing."""
    model = folder / "unsure.onnx"
    proto = with_outputs(to_onnx(trained_model, IMAGE_SIZE))
    save_onnx(proto, replace(model_info, threshold=1.0), model)
    with serve(folder / "unsure" / "log.txt", model, workers=1) as running:
        yield running


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    """The address of a web server that knows nothing of signs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Quiet) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
