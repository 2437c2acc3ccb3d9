"""How the service answers bad requests: always in one shape, never with a stack trace."""

import json
import re
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import ROOT
from tests.serving.bad_requests import CASES
from tests.serving.cases import BOUNDARY, FORM, LISTENER, PNG, Case
from tests.serving.server import Server

PATIENCE_S = 10.0  # for the server to send something: no request may keep it busy for longer
HEAD = (
    "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n"
    f"Content-Type: {FORM['content-type']}\r\n\r\n"
)


@pytest.fixture(autouse=True, scope="module")
def no_link_is_followed() -> Iterator[None]:
    """Listen where links among the cases point to: no connection may come."""
    with socket.create_server(LISTENER) as listener:
        yield
        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()


def check(response: httpx.Response, status: int, code: str) -> None:
    """One shape, the right code, and nothing about the inside of the service."""
    assert (response.status_code, response.json()["error"]["code"]) == (status, code), response.text
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"code", "message"}
    assert response.headers["content-type"] == "application/json"
    for inside in ("Traceback", "site-packages", str(ROOT), ".py", "Error("):
        assert inside not in response.text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_request_gets_one_clear_line(client: httpx.Client, case: Case) -> None:
    answer = client.request(case.method, case.path, timeout=PATIENCE_S, **case.options)
    check(answer, case.status, case.code)


def test_a_bad_request_leaves_no_stack_trace_in_the_log(
    client: httpx.Client, server: Server
) -> None:
    for case in CASES:
        client.request(case.method, case.path, **case.options)
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "ERROR" not in log
    assert client.post("/predict", files={"image": PNG}).status_code == 200


def test_a_head_has_no_body(client: httpx.Client) -> None:
    response = client.head("/nothing")
    assert (response.status_code, response.content) == (404, b"")


def test_a_body_that_does_not_arrive(server: Server) -> None:
    with socket.create_connection(server.address, timeout=20) as connection:
        connection.sendall(HEAD.encode() + b"--" + BOUNDARY.encode())
        answer = connection.recv(65536)
        while b"}}" not in answer:
            answer += connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer  # the rest of the body would be taken for a request
    assert json.loads(answer[answer.index(b"{") :])["error"]["code"] == "too_slow"


def test_a_client_that_goes_away_is_counted_and_leaves_no_trace(
    client: httpx.Client, server: Server
) -> None:
    def gone() -> int:
        found = re.findall(
            r'signs_requests_total\{code="gone".* (\d+)', client.get("/metrics").text
        )
        return sum(map(int, found))

    before = gone()
    for _ in range(5):
        with socket.create_connection(server.address, timeout=20) as connection:
            connection.sendall(HEAD.encode() + b"--")
    for _ in range(100):
        if gone() == before + 5:
            break
        time.sleep(0.1)
    assert gone() == before + 5
    assert client.post("/predict", files={"image": PNG}).status_code == 200
    assert "Traceback" not in server.log.read_text()
