"""deploy/nginx.conf in a real nginx, before the real service and the real page."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
import yaml
from playwright.sync_api import expect, sync_playwright

from signs.serving import refusals
from signs.serving.settings import Settings
from tests.conftest import ROOT
from tests.serving.cases import FORM, PNG, chunked
from tests.serving.server import PATIENCE_S, free_port, serve
from tests.ui.browser import OPTIONS, page_server

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIG = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
MAIN = """
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/signs.conf;
}}
"""


@contextmanager
def nginx(folder: Path, service: str, page: str = "127.0.0.1:9") -> Iterator[str]:
    """The address of an nginx that runs our file, with other hosts and a short patience."""
    if NGINX is None:
        pytest.skip("needs nginx")
    folder.mkdir()
    port = free_port()
    replaced = {
        "listen 8080;": f"listen 127.0.0.1:{port};",
        "service:3000": service,
        "page:8501": page,
        "proxy_read_timeout 120s;": "proxy_read_timeout 2s;",
    }
    config = CONFIG
    for old, new in replaced.items():
        assert old in config
        config = config.replace(old, new)
    (folder / "signs.conf").write_text(config)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    process = subprocess.Popen([*command, "-e", str(folder / "error.log")])
    try:
        end = time.monotonic() + PATIENCE_S
        while process.poll() is None and time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


@dataclass(frozen=True)
class Site:
    """What stands behind the proxy.

    Attributes:
        url: of the proxy.
        service: of the service itself.
    """

    url: str
    service: str


@pytest.fixture(scope="module")
def site(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    base = {"STREAMLIT_SERVER_BASE_URL_PATH": "signs"}
    with (
        serve(folder / "service.txt", model_file, workers=1) as service,
        page_server(service.url, folder / "page.txt", **base) as page,
        nginx(folder / "nginx", urlsplit(service.url).netloc, urlsplit(page).netloc) as url,
    ):
        yield Site(url, service.url)


def test_its_limit_is_that_of_the_service() -> None:
    assert f"client_max_body_size {Settings().max_body};" in CONFIG
    clips = CONFIG.partition("location /signs/api/track {")[2].partition("}")[0]
    assert f"client_max_body_size {Settings().max_clip};" in clips
    assert f"client_body_timeout {Settings().body_timeout_s:g}s;" in CONFIG


def test_its_errors_have_codes_of_the_service() -> None:
    codes = {kind.code for kind in vars(refusals).values() if isinstance(kind, refusals.Kind)}
    said = re.findall(r"return (\d+) '(\{.*\})';", CONFIG)
    assert len(said) == len(set(re.findall(r"error_page .* = (@\w+);", CONFIG))) == 6
    for _, body in said:
        assert refusals.ErrorBody.model_validate_json(body).error.code in codes


def test_compose_opens_the_proxy_alone() -> None:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!reset", lambda loader, node: "reset")
    text = (ROOT / "deploy" / "compose.proxy.yaml").read_text(encoding="utf-8")
    services = yaml.load(text, Loader)["services"]
    assert [s["ports"] for s in services.values()] == ["reset", "reset", ["8080:8080"]]
    proxy = services["proxy"]
    assert proxy["read_only"]
    assert proxy["cap_drop"] == ["ALL"]
    base = services["page"]["environment"]["STREAMLIT_SERVER_BASE_URL_PATH"]
    assert f"location /{base}/ {{" in CONFIG
    assert f'"/{base}/_stcore/health"' in services["page"]["healthcheck"]["test"][-1]


def test_the_api_s_links_stay_under_the_path(site: Site) -> None:
    page = httpx.get(f"{site.url}/signs/api/")
    links = re.findall(r'(?:src|href|url)(?:=|: )"(\./[^"]+)"', page.text)
    assert len(links) >= 3
    for link in links:
        assert httpx.get(urljoin(str(page.url), link)).status_code == 200, link
    document = httpx.get(f"{site.url}/signs/api/docs.json")
    base = urljoin(str(document.url), document.json()["servers"][0]["url"])
    assert httpx.get(urljoin(base, "model")).status_code == 200


@pytest.mark.parametrize("path", ["/signs", "/signs/api"])
def test_redirects_name_no_host(site: Site, path: str) -> None:
    answer = httpx.get(site.url + path)
    assert (answer.status_code, answer.headers["location"]) == (308, f"{path}/")


def test_pictures_are_answered(site: Site) -> None:
    for options in ({"files": {"image": PNG}}, {"content": PNG}):
        answer = httpx.post(f"{site.url}/signs/api/predict", **options)
        assert len(answer.json()["classes"]) == 3
    looked = httpx.post(f"{site.url}/signs/api/explain", files={"image": PNG})
    assert looked.headers["content-type"] == "image/png"


LARGEST = Settings().max_body


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("POST", "predict", {"content": b"text"}, 415, "unknown_format"),
        ("POST", "predict/", {"content": PNG}, 404, "not_found"),
        ("POST", "predict?top_k=1", {"content": PNG}, 400, "unknown_parameter"),
        ("GET", "predict", {}, 405, "wrong_method"),
        ("POST", "predict", {"content": bytes(LARGEST)}, 415, "unknown_format"),
        ("POST", "predict", {"content": bytes(LARGEST + 1)}, 413, "body_too_large"),
        ("POST", "track", {"content": bytes(LARGEST + 1)}, 404, "no_detector"),  # it gets there
        ("GET", "track/0/result", {}, 404, "no_detector"),
        ("POST", "predict", {"content": chunked(2 * LARGEST), "headers": FORM}, 413,
         "body_too_large"),
        ("GET", "", {"headers": {"x-long": "x" * 40_000}}, 400, "bad_form"),
    ],
)  # fmt: skip
def test_refusals_have_one_shape_whoever_refuses(
    site: Site, method: str, path: str, options: dict[str, object], status: int, code: str
) -> None:
    url = f"{site.url}/signs/api/{path}"
    answer = httpx.request(method, url, timeout=PATIENCE_S, **options)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/json"


def test_a_service_that_is_down_or_silent(tmp_path: Path) -> None:
    with nginx(tmp_path / "down", f"127.0.0.1:{free_port()}") as url:
        answer = httpx.post(f"{url}/signs/api/predict", content=PNG)
        assert (answer.status_code, answer.json()["error"]["code"]) == (502, "not_ready")
        assert answer.headers["retry-after"] == "5"
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,  # accepts, and never answers
        nginx(tmp_path / "silent", f"127.0.0.1:{silent.getsockname()[1]}") as url,
    ):
        answer = httpx.post(f"{url}/signs/api/predict", content=PNG, timeout=PATIENCE_S)
        assert (answer.status_code, answer.json()["error"]["code"]) == (504, "not_ready")


BUSY = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\n{}"


def test_retry_after_passes(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        address = f"127.0.0.1:{busy.getsockname()[1]}"
        with nginx(tmp_path / "busy", address) as url, httpx.Client() as client:
            request = client.build_request("GET", f"{url}/signs/api/model")
            with socket.create_connection((request.url.host, request.url.port or 0)) as asking:
                asking.sendall(
                    b"GET /signs/api/model HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                )
                served, _ = busy.accept()
                with served:
                    head = served.recv(65536)
                    served.sendall(BUSY)
                answer = b"".join(iter(lambda: asking.recv(65536), b""))
    assert head.startswith(b"GET /model HTTP/1.1\r\n")
    assert b"\r\nretry-after: 1\r\n" in answer.lower()


@pytest.mark.slow
def test_the_page_in_a_browser(site: Site, tmp_path: Path) -> None:
    """Its scripts, its WebSocket, an upload, and the frame of the cropper."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Debian's chromium")
    (tmp_path / "0.png").write_bytes(PNG)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        page = browser.new_page()
        page.set_default_timeout(1000 * PATIENCE_S)
        expect.set_options(timeout=1000 * PATIENCE_S)
        sockets: list[str] = []
        page.on("websocket", lambda socket: sockets.append(socket.url))
        page.goto(f"{site.url}/signs")
        page.locator("input[type=file]").set_input_files(tmp_path / "0.png")
        expect(page.get_by_test_id("stMetricValue")).to_have_text(re.compile(r"[\d.]+%"))
        page.get_by_text("Crop to the sign").click()
        expect(page.frame_locator("iframe").locator("canvas").first).to_be_visible()
        browser.close()
    assert {urlsplit(url).path for url in sockets} == {"/signs/_stcore/stream"}
