"""Which requests of the page go through the proxy that the environment names.

Docker writes `HTTP_PROXY` into containers. A proxy cannot reach this machine or a container beside
the page, but a service elsewhere may be reachable through it alone.
"""

import urllib.request
from functools import lru_cache
from ipaddress import ip_address

import httpx

from ui.language import say

LOCAL_ENDINGS = (".localhost", ".local", ".internal")  # names that no public server has


class ProxyError(Exception):
    """The environment names a proxy that cannot be used; the text is a sentence for people."""


def is_near(url: str) -> bool:
    """Whether an address is this machine's or its network's, so that it is asked directly.

    Args:
        url: with a scheme.

    Raises:
        httpx.InvalidURL: it is not an address.
    """
    host = httpx.URL(url).host.lower().rstrip(".")
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(LOCAL_ENDINGS)


def client_for(url: str) -> httpx.Client:
    """The client for an address.

    Raises:
        ProxyError: the environment names a proxy that cannot be used.
        httpx.InvalidURL: it is not an address.
    """
    return _client(is_near(url))


def proxy_note(url: str) -> str:
    """A sentence, after a space, where an address is asked through a proxy; "" where it is not."""
    address, named = httpx.URL(url), urllib.request.getproxies()
    kind = next((kind for kind in (address.scheme, "all") if named.get(kind)), None)
    if kind is None or is_near(url) or urllib.request.proxy_bypass(address.host):
        return ""
    return say("client.proxy", variable=f"{kind.upper()}_PROXY", host=address.host)


@lru_cache(maxsize=2)
def _client(direct: bool) -> httpx.Client:
    context = httpx.create_ssl_context()  # with the certificates of SSL_CERT_FILE in either case
    try:
        return httpx.Client(trust_env=not direct, verify=context)
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        reason = " ".join(str(error).split())
        raise ProxyError(say("client.bad_proxy", reason=reason)) from None
