"""What clients send to a real server, and what they get."""

import os
import re
import socket
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import bentoml
import httpx
import numpy as np
import pytest
from PIL import Image

from signs.inference.model_info import ModelInfo
from signs.inference.preprocess import preprocess
from signs.inference.recognizer import Recognizer
from signs.serving.routes import ID, ROUTES, Media, Route
from tests.conftest import ROOT
from tests.serving.conftest import picture
from tests.serving.server import Server, free_port
from tests.tiny_models import DETECTOR

ANSWER = {"recognized", "known", "classes", "model_version", "decode_ms", "inference_ms"}


def test_an_answer_is_that_of_the_model(client: httpx.Client, model_file: Path) -> None:
    data = picture("JPEG")
    answer = client.post("/predict", files={"image": data}, data={"top_k": "5"}).json()
    model = Recognizer(model_file)
    expected = model.answer([preprocess(data, model.image_size)])
    (guesses,) = expected.guesses(model.info.label_space, 5)
    assert set(answer) == ANSWER
    for key in ("class_id", "name", "stvo"):
        assert [c[key] for c in answer["classes"]] == [getattr(g, key) for g in guesses]
    german = model.info.label_space.german
    assert [c["german"] for c in answer["classes"]] == [german[g.class_id] for g in guesses]
    np.testing.assert_allclose(
        [c["probability"] for c in answer["classes"]], [g.probability for g in guesses], atol=1e-6
    )
    assert answer["known"] == pytest.approx(expected.known[0], abs=1e-6)
    assert answer["recognized"] is bool(expected.recognized[0])
    assert answer["model_version"] == model.info.version


def test_three_classes_unless_asked_for_more(client: httpx.Client) -> None:
    assert len(client.post("/predict", files={"image": picture()}).json()["classes"]) == 3
    answer = client.post("/predict", files={"image": picture()}, data={"top_k": "43"}).json()
    assert len(answer["classes"]) == 43
    assert sum(c["probability"] for c in answer["classes"]) == pytest.approx(1, abs=1e-5)


def test_an_explanation_is_a_picture(client: httpx.Client) -> None:
    answer = client.post("/explain", files={"image": picture(size=(60, 40))})
    assert answer.headers["content-type"] == "image/png"
    explained = Image.open(BytesIO(answer.content))
    assert explained.width > 2 * explained.height  # the photo, twice, and words below


@pytest.mark.parametrize(
    "kind", ["JPEG", "MPO", "PNG", "WEBP", "BMP", "PPM", "GIF", "AVIF", "HEIF"]
)
@pytest.mark.parametrize("label", ["application/octet-stream", "text/plain", "image/png"])
def test_formats_are_judged_by_the_bytes(client: httpx.Client, kind: str, label: str) -> None:
    upload = {"image": ("some.thing", picture(kind), label)}
    assert client.post("/predict", files=upload).status_code == 200


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_modes(client: httpx.Client, mode: str, tmp_path: Path) -> None:
    path = tmp_path / ("a.jpg" if mode in ("CMYK", "YCbCr") else "a.png")
    if mode == "I;16":
        Image.fromarray(np.full((20, 20), 2**15, np.uint16)).save(path)
    else:
        Image.effect_noise((20, 20), 60).convert(mode).save(path)
    assert client.post("/predict", files={"image": path.read_bytes()}).status_code == 200


def test_a_large_picture_is_read_in_a_thread(client: httpx.Client, model_file: Path) -> None:
    data = picture("JPEG", (1200, 900), "L")
    answer = client.post("/predict", files={"image": data}).json()
    model = Recognizer(model_file)
    expected = model.answer([preprocess(data, model.image_size)])
    assert answer["known"] == pytest.approx(expected.known[0], abs=1e-6)


def test_a_batch_has_an_answer_or_an_error_at_each_place(client: httpx.Client) -> None:
    uploads = [picture(), b"no picture", picture("JPEG"), picture()[:-200], b""]
    files = [("images", (f"{i}.png", data)) for i, data in enumerate(uploads)]
    results = client.post("/predict_batch", files=files, data={"top_k": "2"}).json()["results"]
    assert [set(r) == ANSWER for r in results] == [True, False, True, False, False]
    codes = [results[i]["error"]["code"] for i in (1, 3, 4)]
    assert codes == ["unknown_format", "bad_image", "bad_image"]
    assert len(results[0]["classes"]) == 2
    alone = client.post("/predict", files={"image": uploads[2]}).json()
    assert results[2]["known"] == pytest.approx(alone["known"], abs=1e-6)


def test_the_model_is_described(client: httpx.Client, model_info: ModelInfo) -> None:
    described = client.get("/model").json()
    classes = described.pop("classes")
    assert described.pop("detector")["version"] == DETECTOR.version
    assert [c["class_id"] for c in classes] == list(range(43))
    assert tuple(c["name"] for c in classes) == model_info.label_space.names
    assert tuple(c["german"] for c in classes) == model_info.label_space.german
    assert tuple(c["stvo"] for c in classes) == model_info.label_space.numbers
    elsewhere = {
        "image_size": model_info.preprocessing.size,
        "test_data": model_info.accuracy_data,
    }
    assert set(elsewhere) < set(described)
    for name, value in described.items():
        assert value == (elsewhere[name] if name in elsewhere else getattr(model_info, name))


# Those of a job have one in tests/serving/clips.
READ = [r for r in ROUTES.values() if r.method == "GET" and ID not in r.path]


@pytest.mark.parametrize("route", READ, ids=lambda route: route.path)
def test_what_is_read_has_the_media_type_of_the_table(client: httpx.Client, route: Route) -> None:
    answer = client.get(route.path)
    assert answer.status_code == 200
    expected = route.success.media_type if isinstance(route.success, Media) else "application/json"
    assert answer.headers["content-type"].split(";")[0] == expected


def test_bentoml_s_own_paths_still_answer(client: httpx.Client) -> None:
    """Its client reads the one, and platforms that run Bentos the other."""
    for path in ("/schema.json", "/healthz"):
        assert client.get(path).status_code == 200


def test_the_page_asks_no_outside_host(client: httpx.Client) -> None:
    page = client.get("/").text
    assert "//" not in page
    for path in re.findall(r'(?:src|href)="\./([^"]+)"', page):
        assert client.get(f"/{path}").status_code == 200, path


def test_the_client_of_bentoml(server: Server, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture())
    with bentoml.SyncHTTPClient(server.url) as client:
        answer = client.predict(image=photo, top_k=2)
        assert len(answer["classes"]) == 2
        batch = client.predict_batch(images=[photo, photo])
        assert Image.open(client.explain(image=photo)).format == "PNG"
    assert [len(r["classes"]) for r in batch["results"]] == [3, 3]


def test_curl_as_in_the_readme(server: Server, tmp_path: Path) -> None:
    for name, kind in (("a.webp", "WEBP"), ("b.ppm", "PPM")):
        (tmp_path / name).write_bytes(picture(kind))
    command = ["curl", "-s", "-F", "images=@a.webp", "-F", "images=@b.ppm", "-F", "top_k=1"]
    done = subprocess.run(
        [*command, f"{server.url}/predict_batch"], cwd=tmp_path, check=True, capture_output=True
    )
    assert done.stdout.count(b'"class_id"') == 2


def test_without_a_model_one_line_says_how_to_make_one(tmp_path: Path) -> None:
    for verb in ("serve", "build"):
        done = subprocess.run(
            [sys.executable, "-m", "bentoml", verb],
            cwd=ROOT,
            env=os.environ
            | {"BENTOML_HOME": str(tmp_path), "SIGNS_MODEL": str(tmp_path / "none.onnx")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.strip().splitlines() == [
            f"error: {tmp_path}/none.onnx not found: run `uv run dvc repro` in the project's root "
            "to make a model, or name another file"
        ]


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("127.0.0.1", "taken", "Address already in use. Stop"),
        ("0.0.0.0", "taken", "Address already in use. Stop"),
        ("192.0.2.1", "free", "Cannot assign requested address"),
        ("127.0.0.1", "99999", "port must be 0-65535"),
        ("nowhere.invalid", "free", "known"),
    ],
)
def test_an_address_that_cannot_be_is_one_line(
    model_file: Path, tmp_path: Path, host: str, port: str, said: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports = {"taken": other.getsockname()[1], "free": free_port()}
        number = str(ports.get(port, port))
        done = subprocess.run(
            [sys.executable, "-m", "bentoml", "serve", "--host", host, "--port", number],
            cwd=ROOT,
            env=os.environ | {"BENTOML_HOME": str(tmp_path), "SIGNS_MODEL": str(model_file)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(f"error: the service cannot listen on {host}, port {number}: ")
    assert said in line
