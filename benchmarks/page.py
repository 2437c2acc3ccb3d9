"""50 pictures in one upload to the page: from the drop to the finished table.

    uv run python -m benchmarks.page

Starts the service with `models/model.onnx` and the page, uploads drawn scenes in Debian's Chromium,
and asks the service for the same pictures itself, in the same batches: the ratio is what the page
costs. Medians of `ROUNDS` rounds, one after the other; the table lands in
`benchmarks/results/page.md`.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.publish import publish
from signs.classes import NUM_CLASSES
from signs.errors import SignsError, one_line_errors
from signs.sources.drawn import draw_photo
from tests.serving.server import serve
from tests.ui.browser import OPTIONS, page_server
from ui.client import Service
from ui.many import batches
from ui.pictures import Picture

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "models" / "model.onnx"
COUNT = 50
ROUNDS = 5


def main() -> None:
    """Measure, print and write."""
    chromium = shutil.which("chromium")
    if chromium is None or not MODEL.is_file():
        raise SignsError("needs Debian's chromium, and a model: `uv run dvc repro`")
    photos = [draw_photo(n % NUM_CLASSES, n, seed=9) for n in range(COUNT)]
    pictures = [Picture(photo.name, photo.data, photo.name) for photo in photos]
    plain, dropped = [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "log.txt", MODEL) as server,
        page_server(server.url, Path(folder) / "page.txt") as url,
        sync_playwright() as playwright,
    ):
        files = [Path(folder) / f"{picture.name}.jpg" for picture in pictures]
        for file, picture in zip(files, pictures, strict=True):
            file.write_bytes(picture.data)
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        service = Service(server.url)
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            for batch in batches(pictures):
                service.predict_batch([picture.data for picture in batch])
            plain.append(time.perf_counter() - begin)
            page = browser.new_page()
            page.goto(url)
            page.locator("input[type=file]").wait_for(state="attached")
            begin = time.perf_counter()
            page.locator("input[type=file]").set_input_files(files)
            page.get_by_text(f"All ({COUNT})").wait_for()
            dropped.append(time.perf_counter() - begin)
            page.close()
        browser.close()
    sent = [picture.data for picture in pictures]
    through_page, alone = statistics.median(dropped), statistics.median(plain)
    lines = [
        f"{COUNT} drawn pictures, {sum(map(len, sent)) / 1e3:.0f} KB in all. Command:",
        "`uv run python -m benchmarks.page`",
        "",
        "| | seconds | ratio |",
        "|---|---:|---:|",
        f"| the batch calls alone | {alone:.2f} | 1.0 |",
        f"| from drop to finished table, browser and service on the same cores "
        f"| {through_page:.2f} | {through_page / alone:.1f} |",
    ]
    publish("page.md", "\n".join(lines))


if __name__ == "__main__":
    with one_line_errors():
        main()
