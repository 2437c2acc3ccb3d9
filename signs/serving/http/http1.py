"""HTTP/1.1 for clients that offer another protocol with each request."""

import re

from uvicorn.protocols.http import auto
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from signs.serving.refusals import BAD_FORM, error_body

END_OF_HEAD = re.compile(rb"\n\r?\n")
OFFER = re.compile(rb"\nupgrade:[^\n]*(?=\n)", re.IGNORECASE)
MAX_HEAD = 65_536  # bytes that wait for the end of a head
HEAD_OF_400 = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
    b"connection: close\r\n\r\n"
)


class Http1Protocol(HttpToolsProtocol):
    """uvicorn's protocol, with an open bug of it and of httptools mended.

    Java's HttpClient, Ktor and `curl --http2` offer HTTP/2 in the header Upgrade. uvicorn means to
    ignore the offer, as a server may (RFC 9110, section 7.8), but httptools skips the body of such
    a request, and takes it for the next one. Here the offer is cut out of the head before the
    parser reads it. The service has no WebSockets, so that no offer is wanted.

    Of several requests that arrive at once, only the first is cleaned. A later one that makes an
    offer is not answered: the connection closes after the answers before it, which tells the client
    to send the request again (RFC 9112, section 9.3.2).
    """

    _waiting = b""  # a head that has not arrived to its end
    _in_body = False

    def data_received(self, data: bytes) -> None:
        """Take bytes of the connection."""
        if not self._in_body:
            data, self._waiting = self._waiting + data, b""
            end = END_OF_HEAD.search(data)
            # What does not begin like a method, such as TLS, is refused at once.
            if end is None and data[:1].isupper() and len(data) < MAX_HEAD:
                self._waiting = data
                return
            if end is not None and OFFER.search(data, 0, end.end()):
                data = OFFER.sub(b"", data[: end.end()]) + data[end.end() :]
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Called by the parser.

        Raises:
            ValueError: it would skip this request's body; the parser makes an error of it.
        """
        self._in_body = True
        if self.parser.should_upgrade():
            raise ValueError("an offer of another protocol")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self._in_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, in the shape of all errors; uvicorn would send plain text.

        A request before it that has arrived to its end is answered first, and then nothing more:
        its client would take the refusal for its answer.

        Args:
            msg: uvicorn's words, which say no more.
        """
        if self.cycle and not self.cycle.more_body and not self.cycle.response_complete:
            self.cycle.keep_alive = False
            return
        said = "the request is not HTTP/1.1 that can be read: its lengths or its head are wrong"
        body = error_body(BAD_FORM, said).model_dump_json().encode()
        self.transport.write(HEAD_OF_400 % len(body) + body)
        self.transport.close()


def install() -> None:
    """Make it the protocol of the servers that are started from now on in this process.

    BentoML passes no choice of a protocol on to uvicorn, which then takes the one of this name.
    """
    auto.AutoHTTPProtocol = Http1Protocol
