"""Which web pages of other origins may ask the service from a browser."""

from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from signs.serving import refusals
from signs.serving.http.asgi import App
from signs.serving.refusals import error_body


class Cors(CORSMiddleware):
    """ASGI middleware around the guard, so that refusals can be read by such pages too.

    Preflights are answered here: they cost nothing and take no slot. Cookies and other credentials
    are never allowed, since the service has no use for them.

    Args:
        app: the guard.
        origins: such as "https://example.org"; "*" for every page.
    """

    def __init__(self, app: App, origins: Collection[str]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=("*",),
            allow_private_network=True,  # whoever lists a page means it, on an inner network too
            expose_headers=("Retry-After",),
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        """The answer to a browser's question, before a request that is not a plain form."""
        answer = super().preflight_response(request_headers)
        if answer.status_code == HTTPStatus.OK:
            return answer
        if self.is_allowed_origin(request_headers["origin"]):
            kind, said = refusals.WRONG_METHOD, "pages of other origins may use GET and POST"
        else:
            kind = refusals.WRONG_ORIGIN
            said = f"pages of {request_headers['origin'][:60]!r} are not in SIGNS_CORS_ORIGINS"
        headers = {n: v for n, v in answer.headers.items() if not n.startswith("content-")}
        body = error_body(kind, said).model_dump_json()
        return Response(body, kind.status, headers, "application/json")
