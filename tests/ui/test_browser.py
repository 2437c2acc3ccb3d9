"""The page in a real browser: Debian's Chromium, at desktop and at phone width."""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.serving.conftest import picture
from tests.serving.server import PATIENCE_S, serve
from tests.tiny_models import road, save_detector, save_recognizer
from tests.ui.browser import OPTIONS, hosts_asked, page_server

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium")
PATIENCE_MS = 1000 * PATIENCE_S
WIDTHS: dict[str, tuple[int, int, Literal["light", "dark"]]] = {
    "desktop": (1200, 900, "light"),
    "phone": (390, 844, "dark"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Debian's chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_visit(width: str, browser: Browser, model_file: Path, tmp_path: Path) -> None:
    """Upload, read, look closer, change tabs, upload many images; then the service stops.

    The environment variable SCREENSHOTS names a folder to keep screenshots in.
    """
    shots = Path(os.environ.get("SCREENSHOTS", tmp_path))
    for n in range(3):
        (tmp_path / f"{n}.png").write_bytes(picture(size=(80 + n, 60)))
    (tmp_path / "broken.png").write_bytes(picture()[:200])
    columns, rows, scheme = WIDTHS[width]
    agent = "Mobile" if width == "phone" else None
    with (
        serve(tmp_path / "log.txt", model_file, workers=1) as service,
        page_server(service.url, tmp_path / "page.txt") as url,
    ):
        context = browser.new_context(
            viewport={"width": columns, "height": rows}, color_scheme=scheme, user_agent=agent
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        asked = hosts_asked(page)
        page.goto(url)

        def shoot(name: str) -> None:
            expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
            page.screenshot(path=shots / f"{width}-{name}.png")

        def tab(name: str) -> Locator:
            return page.get_by_role("tabpanel", name=name)

        files = page.locator("input[type=file]")
        files.set_input_files(tmp_path / "0.png")
        expect(page.get_by_test_id("stMetricValue")).to_have_text(re.compile(r"[\d.]+%"))
        expect(page.get_by_alt_text("Your image, 0.png")).to_be_visible()
        expect(page.get_by_alt_text(re.compile("^Drawing of the sign"))).to_be_visible()
        assert overflow(page) <= 0
        shoot("answer")

        page.get_by_text("Crop to the sign").click()
        cropper = page.frame_locator("iframe").locator("canvas").first
        expect(cropper).to_be_visible()
        page.get_by_text("Show where the model looked").click()
        expect(page.get_by_alt_text(re.compile("bright where covering"))).to_be_visible()
        cropper.scroll_into_view_if_needed()
        assert overflow(page) <= 0
        shoot("crop")

        page.get_by_role("tab", name="Model").click()
        expect(tab("Model").get_by_test_id("stDataFrame")).to_be_attached()
        shoot("model")
        page.get_by_role("tab", name="Signs").click()
        expect(tab("Signs").get_by_test_id("stDataFrame")).to_be_visible()
        shoot("signs")
        page.get_by_role("tab", name="Recognize").click()

        files.set_input_files([tmp_path / f"{n}.png" for n in range(3)])
        expect(page.get_by_text("All (4)")).to_be_visible()  # uploads before that get lost
        files.set_input_files(tmp_path / "broken.png")
        expect(page.get_by_text("Unreadable (1)")).to_be_visible()
        shoot("many")

        service.process.send_signal(signal.SIGTERM)
        service.process.wait(PATIENCE_S)
        page.reload()
        files.set_input_files(tmp_path / "0.png")
        down = page.get_by_test_id("stMain").get_by_text("is not running. Start it with")
        expect(down).to_be_visible()
        assert page.get_by_text("Traceback").count() == 0
        shoot("down")
        context.close()
    assert asked == {"127.0.0.1"}
    assert "Traceback" not in (tmp_path / "page.txt").read_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_photos(width: str, browser: Browser, tmp_path: Path) -> None:
    """A photo with signs, one with none, a crop, and all of them together."""
    shots = Path(os.environ.get("SCREENSHOTS", tmp_path))
    signs = {
        "stop": (50, 60, 90, 100),
        "right": (150, 20, 200, 70),
        "outside": (210, 120, 250, 160),
    }
    road((600, 400), **signs).save(tmp_path / "photo.png")
    road((600, 400)).save(tmp_path / "empty.png")
    road((300, 300), stop=(30, 30, 270, 270)).save(tmp_path / "crop.png")
    model = save_recognizer(tmp_path / "model.onnx")
    detector = save_detector(tmp_path / "detector.onnx")
    columns, rows, scheme = WIDTHS[width]
    agent = "Mobile" if width == "phone" else None
    with (
        serve(tmp_path / "log" / "log.txt", model, detector=detector, workers=1) as service,
        page_server(service.url, tmp_path / "page.txt") as url,
    ):
        context = browser.new_context(
            viewport={"width": columns, "height": rows}, color_scheme=scheme, user_agent=agent
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        asked = hosts_asked(page)
        files = page.locator("input[type=file]")

        def show(name: str, *said: str) -> None:
            page.goto(url)
            files.set_input_files(
                [tmp_path / f"{one}.png" for one in name.split()]  # several become a table
            )
            for words in said:
                expect(page.get_by_text(words).first).to_be_visible()
            expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
            assert overflow(page) <= 0
            page.screenshot(path=shots / f"{width}-scene-{name.replace(' ', '-')}.png")

        show("photo", "2 signs recognized", "Gray boxes, marked ?: 1 that")
        expect(page.get_by_alt_text("photo.png, with boxes: Stop; Keep right")).to_be_visible()
        expect(page.get_by_alt_text("Drawing of the sign: Stop")).to_be_visible()
        with page.expect_download() as loaded:
            page.get_by_role("button", name="Picture", exact=True).click()
        with Image.open(loaded.value.path()) as drawn:
            assert (drawn.format, drawn.size) == ("JPEG", (600, 400))
        show("empty", "No signs recognized", "No sign was found.")
        show("crop", "Confidence", "The sign")
        show("photo empty crop", "All (5)", "No sign (1)")
        context.close()
    assert asked == {"127.0.0.1"}
    assert "Traceback" not in (tmp_path / "page.txt").read_text()


FILES = {
    "CAPS.JPG": "JPEG", "Mixed.JpEg": "JPEG", "saved.jfif": "JPEG", "Größe ß 标志.png": "PNG",
    "a.ppm": "PPM", "wrong.gif": "PNG",
}  # fmt: skip


def test_files_as_people_have_them(browser: Browser, model_file: Path, tmp_path: Path) -> None:
    """Endings in capitals or unusual, names beyond ASCII, one name twice, no bytes, a drawing."""
    for name, kind in FILES.items():
        (tmp_path / name).write_bytes(picture(kind, (80, 60)))
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.png").write_bytes(picture(size=(80, 60)))
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "drawing.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "large.png").write_bytes(bytes(31_000_001))
    same = [tmp_path / folder / "same.png" for folder in ("one", "two")]
    unreadable = [tmp_path / "empty.png", tmp_path / "drawing.svg"]
    expect.set_options(timeout=PATIENCE_MS)
    with (
        serve(tmp_path / "log" / "log.txt", model_file, workers=1) as service,
        page_server(service.url, tmp_path / "page.txt") as url,
    ):
        page = browser.new_page()
        page.goto(url)
        files = page.locator("input[type=file]")
        files.set_input_files([*(tmp_path / name for name in FILES), *same, *unreadable])
        expect(page.get_by_text(f"All ({len(FILES) + 4})")).to_be_visible()
        expect(page.get_by_text("Unreadable (2)")).to_be_visible()
        page.reload()
        files.set_input_files(tmp_path / "large.png")
        expect(page.get_by_text("large.png is larger than 31 MB")).to_be_visible()
        page.close()
    assert "Traceback" not in (tmp_path / "page.txt").read_text()


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wider: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wider
