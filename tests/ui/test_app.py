"""The page against a real service."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.serving.conftest import picture
from tests.serving.server import Server, free_port, serve


@pytest.fixture(scope="module")
def service(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("service") / "log.txt"
    with serve(log, model_file, workers=1) as running:
        yield running


def page(url: str, monkeypatch: pytest.MonkeyPatch, upload: bytes) -> AppTest:
    monkeypatch.setenv("SERVICE_URL", url)
    app = AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=30).run()
    assert not app.exception
    app.file_uploader[0].set_value(("photo.png", upload, "image/png")).run()
    return app


def test_a_picture_gets_an_answer(service: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(service.url, monkeypatch, picture())
    assert not app.exception
    assert len(app.dataframe[0].value) == 3
    assert app.subheader[0].value
    assert "model 0123456789ab-fp32" in app.caption[0].value


def test_what_cannot_be_answered_is_said_in_a_sentence(
    service: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(service.url, monkeypatch, picture()[:200])
    assert not app.exception
    assert app.error[0].value.startswith("The image is broken")
    nobody = f"http://127.0.0.1:{free_port()}"
    app = page(nobody, monkeypatch, picture())
    assert not app.exception
    assert app.error[0].value.endswith("start it with `uv run bentoml serve`.")
