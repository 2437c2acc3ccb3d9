"""The proxy that the environment names: not for what is near, but for what is elsewhere."""

import json
from collections.abc import Iterator

import pytest

from tests.recording import PROXY_VARIABLES, recording
from tests.serving.server import free_port
from ui import proxies
from ui.client import Service, ServiceError
from ui.proxies import is_near

CARD = dict.fromkeys(["version", "accuracy", "data", "test_data", "classes"])


@pytest.fixture(autouse=True)
def fresh_clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Clients read the environment once."""
    for name in (*PROXY_VARIABLES, "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    proxies._client.cache_clear()
    yield
    proxies._client.cache_clear()


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://localhost:3000", True),
        ("http://LOCALHOST.", True),
        ("http://127.0.0.1:3000", True),
        ("http://127.1.2.3", True),
        ("http://[::1]:3000", True),
        ("http://service:3000", True),  # as compose names it
        ("http://host.docker.internal:3000", True),
        ("http://signs.local", True),
        ("http://10.1.2.3", True),
        ("http://192.168.0.7", True),
        ("http://[fd00::2]", True),
        ("https://signs.example.org", False),
        ("http://8.8.8.8", False),
        ("http://localhost.example.org", False),
    ],
)
def test_what_is_near(url: str, near: bool) -> None:
    assert is_near(url) is near


@pytest.mark.parametrize("variable", PROXY_VARIABLES)
def test_a_near_service_is_asked_directly(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with recording(200) as proxy, recording(200, json.dumps(CARD).encode()) as service:
        monkeypatch.setenv(variable, proxy.url)
        for host in ("127.0.0.1", "localhost"):
            assert Service(f"http://{host}:{service.port}").card() == CARD
    assert proxy.paths == []
    assert service.paths == ["/model"] * 2


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_a_service_elsewhere_is_asked_through_the_proxy(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording(200, json.dumps(CARD).encode()) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        assert Service("http://signs.example.org").card() == CARD
    assert proxy.paths == ["http://signs.example.org/model"]


@pytest.mark.parametrize("status", [200, 403, 502])
def test_a_proxy_s_own_answer_is_told_from_the_service(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording(status, b"<p>blocked") as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        for scheme in ("http", "https"):
            with pytest.raises(ServiceError, match=r"NO_PROXY=signs\.example\.org prevents that"):
                Service(f"{scheme}://signs.example.org").card()


@pytest.mark.parametrize(
    ("scheme", "environment", "variable"),
    [
        ("http", {}, None),
        ("http", {"NO_PROXY": "example.net"}, None),
        ("http", {"HTTPS_PROXY": "http://proxy"}, None),
        ("https", {"HTTP_PROXY": "http://proxy"}, None),
        ("http", {"HTTP_PROXY": "http://proxy"}, "HTTP_PROXY"),
        ("https", {"HTTPS_PROXY": "http://proxy"}, "HTTPS_PROXY"),
        ("https", {"HTTP_PROXY": "http://proxy", "ALL_PROXY": "http://proxy"}, "ALL_PROXY"),
        ("http", {"HTTP_PROXY": "http://proxy", "NO_PROXY": "signs.example.org"}, None),
    ],
)
def test_the_note_names_the_variable_that_counts(
    scheme: str, environment: dict[str, str], variable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    note = proxies.proxy_note(f"{scheme}://signs.example.org")
    assert note.startswith(f" It was asked through a proxy, as {variable} says" if variable else "")
    assert bool(note) is bool(variable)


def test_a_proxy_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ServiceError, match=r"is not running\. .*asked through a proxy"):
        Service("http://signs.example.org").card()


@pytest.mark.parametrize("proxy", ["socks5h://127.0.0.1:1080", "ftp://proxy", "http://x:y"])
def test_a_proxy_that_cannot_be_used_is_a_sentence(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(
        ServiceError, match=r"was not asked\. HTTP_PROXY or ALL_PROXY names no proxy"
    ):
        Service("http://signs.example.org").card()
    with recording(200, json.dumps(CARD).encode()) as service:
        assert Service(service.url).card() == CARD
