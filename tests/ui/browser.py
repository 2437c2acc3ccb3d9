"""What a browser needs: Chromium's options, and the page on a free port."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, WebSocket

from tests.serving.server import free_port, running

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def page_server(service: str, log: Path, **variables: str) -> Iterator[str]:
    """The address of `streamlit run ui/app.py` for a service, with environment variables."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "ui/app.py"]
    options = ["--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true"]
    environment = os.environ | {"SERVICE_URL": service} | variables
    base = variables.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
    ready = f"{base and '/'}{base}/_stcore/health"
    quiet = "--logger.hideWelcomeMessage=true"
    with running([*command, *options, quiet], port, ready, log, environment) as server:
        yield server.url


@contextmanager
def browser_context(
    browser: Browser,
    width: tuple[int, int, Literal["light", "dark"]],
    mobile: bool,
    locale: str = "en-US",
) -> Iterator[Page]:
    """A page of a width, a height and a color scheme, in a browser of a language."""
    columns, rows, scheme = width
    context = browser.new_context(
        viewport={"width": columns, "height": rows},
        color_scheme=scheme,
        user_agent="Mobile" if mobile else None,
        locale=locale,
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def hosts_asked(page: Page) -> set[str | None]:
    """The hosts that a page asks from now on, filled as it does.

    Pictures and clips that the page holds itself (`data:`, `blob:`) are asked of none.
    """
    hosts: set[str | None] = set()

    def add(asked: Request | WebSocket) -> None:
        address = urlsplit(asked.url)
        if address.scheme not in ("data", "blob"):
            hosts.add(address.hostname)

    page.on("request", add)
    page.on("websocket", add)
    return hosts
