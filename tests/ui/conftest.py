"""Real services for the page, another web server, and results to show."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from streamlit.testing.v1 import AppTest

from signs.catalog.gtsrb import GTSRB
from signs.export.graph import to_onnx, with_outputs
from signs.export.onnx_file import save_onnx
from signs.inference.model_info import ModelInfo
from signs.networks.architectures import Network
from signs.records.packed import Packed
from stages import evaluate
from stages.paths import METRICS, MODEL, TEST
from tests.conftest import IMAGE_SIZE, ROOT
from tests.serving.server import Server, serve

Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def results_folder(
    model_file: Path, packed: Packed, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder `metrics` that the stage `evaluate` wrote, for the model that `ui_service` runs."""
    project = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "params.yaml", project)
    (project / MODEL.parent).mkdir()
    shutil.copy(model_file, project / MODEL)
    packed.save(project / TEST)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        evaluate.main()
    return project / METRICS


@pytest.fixture
def page(ui_service: Server, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a tab of the page, for the service or another address."""

    def opened(url: str = ui_service.url, tab: str = "Recognize") -> AppTest:
        monkeypatch.setenv("SERVICE_URL", url)
        app = AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=60)
        app.session_state["tab"] = tab
        return quiet(app.run())

    return opened


def quiet(app: AppTest) -> AppTest:
    """Check that the page shows no traceback."""
    assert not app.exception
    return app


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="session")
def ui_service(trained_model: Network, model_info: ModelInfo, folder: Path) -> Iterator[Server]:
    """Its model recognizes everything."""
    model = folder / "sure.onnx"
    proto = with_outputs(to_onnx(trained_model, IMAGE_SIZE), GTSRB)
    save_onnx(proto, replace(model_info, threshold=0.0), model)
    with serve(folder / "sure" / "log.txt", model, workers=1, max_body_mb=1) as running:
        yield running


@pytest.fixture(scope="session")
def unsure_service(trained_model: Network, model_info: ModelInfo, folder: Path) -> Iterator[Server]:
    """Its model recognizes nothing."""
    model = folder / "unsure.onnx"
    proto = with_outputs(to_onnx(trained_model, IMAGE_SIZE), GTSRB)
    save_onnx(proto, replace(model_info, threshold=1.0), model)
    with serve(folder / "unsure" / "log.txt", model, workers=1) as running:
        yield running


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def other_server() -> Iterator[str]:
    """The address of a web server that is not the service."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Quiet) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
