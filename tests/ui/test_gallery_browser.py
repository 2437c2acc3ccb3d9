"""The samples in a real browser: one click shows boxes, one click plays the drive."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from signs.catalog.language import Language
from tests.serving.conftest import picture
from tests.serving.server import serve
from tests.tiny_models import PLATES, save_detector, save_recognizer
from tests.ui.browser import browser_context, hosts_asked, page_server
from tests.ui.test_browser import PATIENCE_MS, WIDTHS, browser, overflow
from tests.ui.test_clip_browser import playing
from ui.gallery import GALLERY
from ui.language import say_in

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.slow

# The bus on the country road, which these models take for a sign.
BUS = {"bus": replace(PLATES["right"], color=(223, 158, 45))}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Of a page whose service has both models, and the page's log."""
    folder = tmp_path_factory.mktemp("gallery")
    model = save_recognizer(folder / "model.onnx", plates=BUS)
    detector = save_detector(folder / "detector.onnx", plates=BUS)
    log = folder / "page.txt"
    with (
        serve(folder / "log" / "log.txt", model, detector=detector, workers=1) as service,
        page_server(service.url, log) as url,
    ):
        yield url, log


def sample(page: Page, title: str) -> Locator:
    return page.get_by_role("group", name="Samples").get_by_role("button", name=title)


@pytest.mark.parametrize("width", WIDTHS)
def test_samples(width: str, browser: Browser, address: tuple[str, Path], tmp_path: Path) -> None:
    """A click on a road, on the drive, on a crop; then a dropped picture replaces it.

    The environment variable SCREENSHOTS names a folder to keep screenshots in.
    """
    shots = Path(os.environ.get("SCREENSHOTS", tmp_path))
    (tmp_path / "mine.png").write_bytes(picture(size=(80, 60)))
    url, log = address
    with browser_context(browser, WIDTHS[width], mobile=width == "phone") as page:
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        asked = hosts_asked(page)

        def shoot(name: str) -> None:
            expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
            assert overflow(page) <= 0
            page.screenshot(path=shots / f"{width}-gallery-{name}.png")

        page.goto(url)
        buttons = page.get_by_role("group", name="Samples").get_by_role("button")
        expect(buttons).to_have_text([say_in(Language.ENGLISH, each.title) for each in GALLERY])
        shoot("start")

        sample(page, "Country road").click()
        expect(page.get_by_text("1 sign recognized")).to_be_visible()
        boxes = page.get_by_alt_text("country-road.jpg, with boxes: Keep right")
        expect(boxes).to_be_visible()
        expect(sample(page, "Country road")).to_have_attribute("aria-pressed", "true")
        expect(boxes).to_be_in_viewport()
        shoot("road")

        sample(page, "Drive").click()
        first = playing(page)
        page.wait_for_function(
            "before => document.querySelector('[data-testid=stVideo]').currentTime > before",
            arg=first,
        )
        expect(boxes).to_have_count(0)
        expect(sample(page, "Country road")).to_have_attribute("aria-pressed", "false")
        shoot("drive")

        sample(page, "Stop sign").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_alt_text("Your image, stop.jpg")).to_be_visible()
        expect(sample(page, "Stop sign")).to_be_focused()
        shoot("crop")

        page.locator("input[type=file]").set_input_files(tmp_path / "mine.png")
        expect(page.get_by_alt_text("Your image, mine.png")).to_be_visible()
        expect(buttons).to_have_count(0)
        shoot("replaced")
        page.get_by_role("button", name=re.compile("Remove|Delete")).click()
        expect(buttons).to_have_count(len(GALLERY))
        expect(sample(page, "Stop sign")).to_have_attribute("aria-pressed", "false")
    assert asked == {"127.0.0.1"}
    assert "Traceback" not in log.read_text()
