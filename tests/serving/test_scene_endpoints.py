"""The paths for scenes of a real server."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import bentoml
import httpx
import pytest
from PIL import Image

from tests.serving.server import Server, serve
from tests.serving.test_scenes import SCENE, encoded
from tests.tiny_models import DETECTOR, RECOGNIZER


@pytest.fixture(scope="module")
def server(
    scene_models: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    recognizer, detector = scene_models
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with serve(log, recognizer, detector=detector, workers=1) as running:
        yield running


def test_over_http(server: Server, tmp_path: Path) -> None:
    with httpx.Client(base_url=server.url, timeout=20) as client:
        data = encoded(SCENE)
        answer = client.post("/detect", files={"image": data}).json()
        names = [(sign["name"], sign["german"]) for sign in answer["signs"]]
        assert names == [("Stop", "Halt. Vorfahrt gewähren")]
        raw = client.post("/detect", content=data, headers={"content-type": "image/png"}).json()
        assert raw["signs"] == answer["signs"]
        wide = client.post("/detect", files={"image": data}, data={"min_score": "0.1"}).json()
        assert [sign["recognized"] for sign in wide["signs"]] == [True, False, False]
        files = [("images", data), ("images", b"x")]
        results = client.post("/detect_batch", files=files).json()["results"]
        assert results[0]["signs"] == answer["signs"]
        assert results[1]["error"]["code"] == "unknown_format"
        for name in ("a.png", "a.jpg"):
            drawn = client.post("/annotate", files={"image": encoded(SCENE, name)})
            assert drawn.headers["content-type"] == f"image/{'png' if 'png' in name else 'jpeg'}"
            assert Image.open(BytesIO(drawn.content)).size == (300, 200)
        german, english = (
            client.post("/annotate", files={"image": data}, data={"lang": lang}).content
            for lang in ("de", "en")
        )
        assert english == client.post("/annotate", files={"image": data}).content != german
        described = client.get("/model").json()
        assert described["version"] == RECOGNIZER.version
        assert described["detector"]["version"] == DETECTOR.version
        assert described["detector"]["max_side"] == DETECTOR.preprocessing.max_side
        assert 'signs_inference_seconds_count{task="detect"}' in client.get("/metrics").text
    (tmp_path / "a.jpg").write_bytes(encoded(SCENE, "a.jpg"))
    with bentoml.SyncHTTPClient(server.url) as library:
        assert library.detect(image=tmp_path / "a.jpg", min_score=0.1)["signs"]
        assert Image.open(library.annotate(image=tmp_path / "a.jpg")).format == "JPEG"


def test_without_a_detector_scenes_are_not_found(
    scene_models: tuple[Path, Path], tmp_path: Path
) -> None:
    with serve(tmp_path / "log" / "log.txt", scene_models[0], workers=1) as server:
        for path, field in (("detect", "image"), ("detect_batch", "images"), ("annotate", "image")):
            refused = httpx.post(f"{server.url}/{path}", files={field: encoded(SCENE)})
            error = refused.json()["error"]
            assert (refused.status_code, error["code"]) == (404, "no_detector")
            assert "`uv run dvc repro`" in error["message"]
        assert httpx.get(f"{server.url}/model").json()["detector"] is None
        crop = httpx.post(f"{server.url}/predict", files={"image": encoded(SCENE)})
        assert crop.status_code == 200
        assert "Traceback" not in server.log.read_text()
