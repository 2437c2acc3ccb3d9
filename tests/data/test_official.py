"""The official archives are downloaded from a server on this machine."""

import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from signs.catalog.gtsrb import GTSRB
from signs.data import official
from signs.data.open import open_photos
from signs.errors import SignsError
from tests.data.as_sent import in_three_zips

NAMES = dict(
    zip(("Final_Training", "Final_Test", "GT-final_test.csv"), official.ARCHIVES, strict=True)
)


class Site:
    """A server of the archives that can be made to fail.

    Attributes:
        files: by name.
        asked: the Range header of each request, "" where it had none.
        cut_after: bytes after which an answer breaks off, for as many answers as there are.
        ranges: whether the server knows them.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []
        self.cut_after: list[int] = []
        self.ranges = True
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("Range", "")
        self.asked.append(asked)
        content = self.files.get(request.path.strip("/"))
        if content is None:
            request.send_error(404)
            return
        start = int(re.sub(r"\D", "", asked) or 0) if self.ranges else 0
        if start and start >= len(content):
            request.send_error(416)
            return
        body = content[start:]
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: self.cut_after.pop(0)] if self.cut_after else body)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    zips = in_three_zips(tmp_path / "made")
    files = {name: (zips / f"{made}.zip").read_bytes() for made, name in NAMES.items()}
    site = Site(files)
    sums = {name: f"md5:{hashlib.md5(data).hexdigest()}" for name, data in files.items()}
    monkeypatch.setattr(official, "SITE", site.url)
    monkeypatch.setattr(official, "CHUNK", 50)
    monkeypatch.setattr(official, "ARCHIVES", sums)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield site
    site.server.shutdown()
    site.server.server_close()


def labels() -> list[int]:
    source = open_photos("gtsrb", GTSRB)
    assert source.name == "photos from GTSRB's official archives"
    return [photo.label for part in ("train", "test") for photo in source.parts[part]()]


EXPECTED = [0] * 6 + [7] * 6 + [0, 10, 20, 30]


def test_the_archives_are_downloaded_once(site: Site) -> None:
    assert labels() == EXPECTED
    assert labels() == EXPECTED
    assert site.asked == ["", "", ""]


@pytest.mark.parametrize("ranges", [True, False])
def test_a_download_that_breaks_off_goes_on(site: Site, ranges: bool) -> None:
    site.cut_after = [100, 200]
    site.ranges = ranges
    assert labels() == EXPECTED
    assert site.asked[:3] == ["", "bytes=100-", "bytes=300-" if ranges else "bytes=200-"]


def test_what_has_arrived_is_kept_for_the_next_run(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(official, "TRIES", 1)
    site.cut_after = [100, 0]
    with pytest.raises(SignsError, match="run the command again to go on where it stopped"):
        labels()
    assert labels() == EXPECTED
    assert site.asked == ["", "bytes=100-", "bytes=100-", "", ""]


def test_another_file_than_the_published_one(site: Site) -> None:
    name = next(iter(site.files))
    good = site.files[name]
    site.files[name] = good[:-1] + b"x"
    with pytest.raises(SignsError, match="is not the published one; run the command again"):
        labels()
    site.files[name] = good
    assert labels() == EXPECTED


def test_a_site_that_lost_a_file(site: Site) -> None:
    site.files.popitem()
    with pytest.raises(SignsError, match=r"404 .* download the archives yourself") as caught:
        labels()
    assert "\n" not in str(caught.value)
