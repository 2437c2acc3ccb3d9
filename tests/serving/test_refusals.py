"""What the service says to bad input: always one shape, never a stack trace."""

import json
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.serving.cases import BOUNDARY, CASES, EAR, FORM, PNG, Case
from tests.serving.server import Server

PATIENCE_S = 3.0  # for an answer to anything: nothing may hold up the server
HEAD = (
    "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n"
    f"Content-Type: {FORM['content-type']}\r\n\r\n"
)


@pytest.fixture(autouse=True, scope="module")
def nobody_is_asked() -> Iterator[None]:
    """Listen where links among the cases point to: no connection may come."""
    with socket.create_server(EAR) as ear:
        yield
        ear.settimeout(0.2)
        with pytest.raises(TimeoutError):
            ear.accept()


def check(response: httpx.Response, status: int, code: str) -> None:
    """One shape, the right words in it, and nothing of the inside."""
    assert (response.status_code, response.json()["error"]["code"]) == (status, code), response.text
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"code", "message"}
    assert response.headers["content-type"] == "application/json"
    for inside in ("Traceback", "site-packages", "/work", ".py", "Error("):
        assert inside not in response.text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_request_gets_one_clear_line(client: httpx.Client, case: Case) -> None:
    begin = time.monotonic()
    check(client.request(case.method, case.path, **case.options), case.status, case.code)
    assert time.monotonic() - begin < PATIENCE_S


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


def test_no_stack_trace_of_a_client_s_fault_in_the_log(
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


def test_a_body_that_does_not_come(server: Server) -> None:
    with socket.create_connection(server.address, timeout=20) as connection:
        connection.sendall(HEAD.encode() + b"--" + BOUNDARY.encode())
        answer = connection.recv(65536)
        while b"}}" not in answer:
            answer += connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer  # the rest of the body would be taken for a request
    assert json.loads(answer[answer.index(b"{") :])["error"]["code"] == "too_slow"


def test_a_client_that_goes_away(client: httpx.Client, server: Server) -> None:
    for _ in range(5):
        with socket.create_connection(server.address, timeout=20) as connection:
            connection.sendall(HEAD.encode() + b"--")
    time.sleep(0.5)
    assert client.post("/predict", files={"image": PNG}).status_code == 200
    assert "Traceback" not in server.log.read_text()
