"""HTTP/1.1 as clients speak it, and what is not HTTP."""

import json
import re
import socket
import time

import httpx
import pytest

from tests.serving.cases import JPEG, PNG
from tests.serving.server import Server


def exchange(server: Server, *sent: bytes, host: str = "127.0.0.1") -> bytes:
    """What the server sends until it closes the connection."""
    with socket.create_connection((host, server.address[1]), timeout=20) as connection:
        for block in sent:
            connection.sendall(block)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def request(
    *headers: str, line: str = "POST /predict HTTP/1.1", length: int = len(PNG), close: bool = True
) -> bytes:
    sent = [line, "Host: x", "Content-Type: image/png", *headers]
    if not any(h.lower().startswith(("content-length", "transfer-encoding")) for h in headers):
        sent.append(f"Content-Length: {length}")
    return "\r\n".join(sent + ["Connection: close"] * close).encode() + b"\r\n\r\n"


CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PNG), PNG)


@pytest.mark.parametrize(
    ("head", "rest", "status", "code"),
    [
        (request(), PNG, 200, None),
        (request(line="POST /predict HTTP/1.0"), PNG, 200, None),
        (request("Transfer-Encoding: chunked"), CHUNKED, 200, None),
        (request("Expect: 100-continue"), PNG, 200, None),
        (request("Content-Length: 2000000", "Expect: 100-continue"), b"", 413, "body_too_large"),
        (request(line="POST /predict/ HTTP/1.1"), PNG, 404, "not_found"),
        (request(line="POST //predict HTTP/1.1"), PNG, 404, "not_found"),
        (request(line="HEAD /predict HTTP/1.1", length=0), b"", 405, None),
        (request(line="HEAD / HTTP/1.1", length=0), b"", 200, None),
        (request(line="HEAD /readyz HTTP/1.1", length=0), b"", 200, None),
        (request(line="OPTIONS /predict HTTP/1.1", length=0), b"", 405, "wrong_method"),
        (request(line="OPTIONS * HTTP/1.1", length=0), b"", 404, "not_found"),
        (request(line="POST http://x/predict HTTP/1.1"), PNG, 200, None),
    ],
)  # fmt: skip
def test_http_as_it_is_spoken(
    server: Server, head: bytes, rest: bytes, status: int, code: str | None
) -> None:
    answer = exchange(server, head, rest)
    if answer.startswith(b"HTTP/1.1 100"):
        _, _, answer = answer.partition(b"\r\n\r\n")
    assert int(answer.split()[1]) == status, answer
    if code:
        assert json.loads(answer[answer.index(b"{") :])["error"]["code"] == code
    if status == 405:
        assert b"allow: POST" in answer.replace(b"Allow", b"allow")


UPGRADE = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIA")
LATER = b"GET /model HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
LENGTH = f"Content-Length: {len(PNG)}"


@pytest.mark.parametrize(
    ("length", "body"), [(LENGTH, PNG), ("Transfer-Encoding: chunked", CHUNKED)]
)
@pytest.mark.parametrize("offer", [UPGRADE, ("connection: upgrade", "UPGRADE:websocket")])
@pytest.mark.parametrize("cut", [0, 1, 40, 150, 10_000])
def test_an_offer_of_another_protocol_is_ignored(
    server: Server, length: str, body: bytes, offer: tuple[str, ...], cut: int
) -> None:
    """Java's HttpClient makes one with every request."""
    sent = request(*offer, length, close=False) + body
    blocks = [sent[:cut], sent[cut:]] if cut < 10_000 else [sent[: -len(body)], body]
    with socket.create_connection(server.address, timeout=20) as connection:
        for block in filter(None, blocks):
            connection.sendall(block)
            time.sleep(0.05)  # a packet of its own
        connection.sendall(LATER)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"200"]
    assert answer.index(b'"recognized"') < answer.index(b'"test_data"')


@pytest.mark.parametrize("head", [b"\x16\x03\x01\x02\x00", b"\r\nhello\r\n\r\n", b"EHLO\r\n\r\n"])
def test_what_is_not_http_is_refused_at_once(server: Server, head: bytes) -> None:
    assert_refused(exchange(server, head))


def test_a_picture_may_hold_the_words_of_an_offer(client: httpx.Client) -> None:
    comment = b"\xff\xfe" + (2 + 20).to_bytes(2, "big") + b"\r\nUpgrade: h2c\r\n\r\n.."
    answer = client.post("/predict", content=JPEG[:2] + comment + JPEG[2:])
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "lengths",
    [
        ("Content-Length: 5", "Content-Length: 3"),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Content-Length: -5",),
        ("Content-Length: 99999999999999999999",),
        ("Transfer-Encoding: chunked, nonsense",),
    ],
)
def test_a_body_of_two_lengths_or_none_is_refused(server: Server, lengths: tuple[str, ...]) -> None:
    """A proxy may count otherwise, and take the rest for another client's request."""
    answer = exchange(server, request(*lengths, close=False), b"5\r\nabcde\r\n0\r\n\r\n")
    assert len(re.findall(rb"HTTP/1.1 \d", answer)) == 1
    assert b"connection: close" in answer
    assert_refused(answer)


def assert_refused(answer: bytes) -> None:
    """With a status of 400 and a code."""
    assert answer.startswith(b"HTTP/1.1 400")
    assert json.loads(answer[answer.index(b"{") :])["error"]["code"] == "bad_form"


ASKED = b"GET /model HTTP/1.1\r\nHost: x\r\n\r\n"
WITH_PICTURE = request(LENGTH, close=False) + PNG
OFFERING = request(*UPGRADE, LENGTH, close=False) + PNG


@pytest.mark.parametrize(
    ("sent", "answers"),
    [
        (ASKED + WITH_PICTURE + LATER, [b"test_data", b"recognized", b"test_data"]),
        (OFFERING + LATER, [b"recognized", b"test_data"]),
        (ASKED + OFFERING + LATER, [b"test_data"]),
        (ASKED + WITH_PICTURE + OFFERING, [b"test_data", b"recognized"]),
        (ASKED + b"nonsense\r\n\r\n", [b"test_data"]),
        (ASKED + request("Content-Length: 5", "Content-Length: 3"), [b"test_data"]),
        (request(line="CONNECT x:80 HTTP/1.1", length=0), [b"bad_form"]),
    ],
    ids=["plain", "offer first", "offer second", "offer third", "nonsense", "two lengths",
         "a tunnel"],
)  # fmt: skip
def test_requests_that_arrive_at_once(server: Server, sent: bytes, answers: list[bytes]) -> None:
    """Each is answered in its turn with what it asked for, or the connection closes before it."""
    answer = exchange(server, sent)
    parts = re.split(rb"(?=HTTP/1\.1 \d)", answer)[1:]
    assert len(parts) == len(answers), answer
    for part, expected in zip(parts, answers, strict=True):
        assert b'"%s"' % expected in part
    assert b"connection: close" in parts[-1].lower()
