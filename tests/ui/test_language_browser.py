"""The page in German in a real browser, at desktop and at phone width."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.serving.server import serve
from tests.tiny_models import road, save_detector, save_recognizer
from tests.ui.browser import browser_context, hosts_asked, page_server
from tests.ui.test_browser import PATIENCE_MS, WIDTHS, browser, overflow

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.slow

GERMAN = "Halt. Vorfahrt gewähren"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_german_visit(width: str, browser: Browser, tmp_path: Path) -> None:
    """A crop and a photo in the browser's language; then in English, and in German again.

    The environment variable SCREENSHOTS names a folder to keep screenshots in.
    """
    shots = Path(os.environ.get("SCREENSHOTS", tmp_path))
    road((300, 300), stop=(30, 30, 270, 270)).save(tmp_path / "crop.png")
    signs = {"stop": (50, 60, 90, 100), "outside": (210, 120, 250, 160)}
    road((600, 400), **signs).save(tmp_path / "photo.png")
    model = save_recognizer(tmp_path / "model.onnx")
    detector = save_detector(tmp_path / "detector.onnx")
    with (
        serve(tmp_path / "log" / "log.txt", model, detector=detector, workers=1) as service,
        page_server(service.url, tmp_path / "page.txt") as url,
        browser_context(browser, WIDTHS[width], width == "phone", "de-AT") as page,
    ):
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        asked = hosts_asked(page)

        def shoot(name: str) -> None:
            expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
            assert overflow(page) <= 0
            page.screenshot(path=shots / f"{width}-german-{name}.png")

        def choose(name: str) -> None:
            page.get_by_role("radio", name=name, exact=True).click()

        page.goto(url)
        expect(page).to_have_title("Deutsche Verkehrszeichen")
        files = page.locator("input[type=file]")
        files.set_input_files(tmp_path / "crop.png")
        title = page.get_by_role("heading", level=3)
        expect(title.filter(has_text=GERMAN)).to_be_visible()
        expect(page.get_by_alt_text(f"Zeichnung des Verkehrszeichens: {GERMAN}")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "de")
        shoot("crop")

        choose("English")
        expect(page).to_have_url(re.compile(r"\?lang=en$"))
        expect(title.filter(has_text=re.compile("^Stop$"))).to_be_visible()  # the upload is kept
        expect(page.get_by_text("Konfidenz")).to_have_count(0)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        shoot("switched")
        page.reload()  # the choice outlasts the visit
        expect(page).to_have_title("German traffic signs")

        choose("Deutsch")
        expect(page.get_by_text("Ein Bild oder viele:")).to_be_visible()
        files.set_input_files(tmp_path / "photo.png")
        expect(page.get_by_text("1 Verkehrszeichen erkannt")).to_be_visible()
        expect(page.get_by_alt_text(f"photo.png, mit Rahmen: {GERMAN}")).to_be_visible()
        shoot("scene")
        page.get_by_role("tab", name="Verkehrszeichen").click()
        expect(page.get_by_text("Kategorien")).to_be_visible()
        choose("English")
        expect(page.get_by_role("tab", name="Signs")).to_have_attribute("aria-selected", "true")
        expect(page.get_by_text("Categories")).to_be_visible()
        shoot("signs")
    assert asked == {"127.0.0.1"}
    assert "Traceback" not in (tmp_path / "page.txt").read_text()
