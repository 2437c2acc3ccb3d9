"""Clips on the page in a real browser, at desktop and at phone width."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from signs.media.clip import Sampling
from signs.media.opening import open_clip
from tests.cli.conftest import SHARP, drive
from tests.clips import save_clip
from tests.serving.server import serve
from tests.tiny_models import save_detector, save_recognizer
from tests.ui.browser import browser_context, hosts_asked, page_server
from tests.ui.test_browser import PATIENCE_MS, WIDTHS, browser, overflow

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Of a page whose service has both models, and the page's log."""
    folder = tmp_path_factory.mktemp("clips")
    model = save_recognizer(folder / "model.onnx")
    detector = save_detector(folder / "detector.onnx")
    log = folder / "page.txt"
    with (
        serve(folder / "log" / "log.txt", model, detector=detector, workers=1) as service,
        page_server(service.url, log) as url,
    ):
        yield url, log


def playing(page: Page) -> float:
    """The second that the clip shows, once it moves."""
    page.wait_for_function(
        "document.querySelector('[data-testid=stVideo]')?.currentTime > 0.05", timeout=PATIENCE_MS
    )
    now: float = page.evaluate("document.querySelector('[data-testid=stVideo]').currentTime")
    return now


@pytest.mark.parametrize("width", WIDTHS)
def test_a_clip(width: str, browser: Browser, address: tuple[str, Path], tmp_path: Path) -> None:
    """From drop to playing, a click on a sign, the downloads; then one that is stopped, and more.

    The environment variable SCREENSHOTS names a folder to keep screenshots in.
    """
    shots = Path(os.environ.get("SCREENSHOTS", tmp_path))
    url, log = address
    frames = drive(15)
    save_clip(tmp_path / "drive.mp4", [frames[0]] * 50 + frames + [frames[14]] * 35, **SHARP)
    save_clip(tmp_path / "long.mov", drive(20) * 200, options={"preset": "ultrafast"})
    (tmp_path / "list.mp4").write_text("a shopping list")
    with browser_context(browser, WIDTHS[width], mobile=width == "phone") as page:
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        asked = hosts_asked(page)

        def shoot(name: str) -> None:
            expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
            assert overflow(page) <= 0
            page.screenshot(path=shots / f"{width}-clip-{name}.png", full_page=True)

        page.goto(url)
        files = page.locator("input[type=file]")
        files.set_input_files(tmp_path / "drive.mp4")
        expect(page.get_by_text("2 signs recognized")).to_be_visible()
        first = playing(page)
        page.wait_for_function(
            "before => document.querySelector('[data-testid=stVideo]').currentTime > before",
            arg=first,
        )
        row = page.get_by_role("button", name=re.compile(r"Keep right, 0:02\.2 to 0:04\.0"))
        expect(row).to_be_visible()
        shoot("plays")
        row.click()
        now = page.evaluate("document.querySelector('[data-testid=stVideo]').currentTime")
        assert 2.1 < now < 3.9
        expect(row).to_have_class(re.compile("now"))
        shoot("jumped")
        with page.expect_download() as loaded:
            page.get_by_role("button", name="Clip", exact=True).click()
        (tmp_path / "loaded.mp4").write_bytes(loaded.value.path().read_bytes())
        assert len(list(open_clip(str(tmp_path / "loaded.mp4"), Sampling(), print).frames())) == 100
        with page.expect_download() as loaded:
            page.get_by_role("button", name="JSON", exact=True).click()
        said = json.loads(loaded.value.path().read_text())
        assert [sign["name"] for sign in said["signs"]] == ["Stop", "Keep right"]

        page.goto(url)
        files.set_input_files(tmp_path / "long.mov")
        expect(page.get_by_text(re.compile(r"read, about \d+"))).to_be_visible()
        shoot("progress")
        ours = page.get_by_test_id("stButton")  # Streamlit has a button of this name too
        ours.get_by_role("button", name="Stop", exact=True).click()
        expect(page.get_by_text(re.compile("Not read to its end: stopped after"))).to_be_visible()
        playing(page)
        shoot("stopped")

        page.goto(url)
        files.set_input_files(tmp_path / "list.mp4")
        expect(page.get_by_text(re.compile("It is not a clip, or it is broken"))).to_be_visible()
        shoot("wrong")
    assert asked == {"127.0.0.1"}
    assert "Traceback" not in log.read_text()
