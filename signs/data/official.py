"""GTSRB's official archives, downloaded from the benchmark's own site."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pooch
import requests
from filelock import FileLock
from rich.progress import Progress

from signs.data.folders.opening import merged
from signs.data.folders.tree import Tree
from signs.errors import SignsError

NAME = "gtsrb"  # as a data source
SITE = "https://sid.erda.dk/public/archives/daaeac0d7ce1152aea9b61d9f1e19370/"
# MD5 sums as torchvision (`torchvision/datasets/gtsrb.py`) and others publish them.
ARCHIVES = {
    "GTSRB_Final_Training_Images.zip": "md5:f33fd80ac59bff73c82d25ab499e03a3",
    "GTSRB_Final_Test_Images.zip": "md5:c7e4e6327067d32654124b0fe9e82185",
    "GTSRB_Final_Test_GT.zip": "md5:fe31e9c9270bbcd7b84b7f21a9d9d9e5",
}
CHUNK = 2**16  # bytes that are written together; less is lost where a download breaks off
TIMEOUT = 30  # seconds without a byte
TRIES = 5  # in a row without a byte
BROKEN_OFF = (
    requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError,
)  # fmt: skip


def official_tree() -> Tree:
    """The three archives, as if they were unpacked into one folder.

    They stay in the user's cache. A download that was interrupted goes on where it stopped.

    Raises:
        SignsError: an archive cannot be downloaded, or is not the one that was published.
    """
    store = pooch.create(pooch.os_cache("german-traffic-signs"), SITE, registry=ARCHIVES)
    pooch.get_logger().setLevel("WARNING")
    try:
        files = [Path(store.fetch(name, downloader=resumed)) for name in ARCHIVES]
    except requests.RequestException as error:
        raise SignsError(
            f"cannot download from {SITE} ({' '.join(str(error).split())[:120]}): run the command "
            "again to go on where it stopped, or download the archives yourself and name their "
            "folder as the source"
        ) from None
    except ValueError as error:  # pooch: a wrong checksum
        raise SignsError(
            f"{' '.join(str(error).split())[:160]}: the file is not the published one; run the "
            "command again"
        ) from None
    return merged(files)


def resumed(url: str, target: str, store: pooch.Pooch) -> None:
    """Download a file for pooch, from where the last try stopped.

    Args:
        url: of the file.
        target: the temporary file that pooch checks and moves.
        store: whose folder keeps what has arrived until the file is whole.

    Raises:
        requests.RequestException: the server refuses, or nothing arrives after `TRIES` tries.
    """
    arrived = Path(store.path) / f"{url.rpartition('/')[2]}.part"
    with FileLock(f"{arrived}.lock"), Progress(transient=True) as progress:
        task = progress.add_task(arrived.stem, total=None)
        arrived.touch()
        tries = 0
        while tries < TRIES:
            before = arrived.stat().st_size
            try:
                for done, total in _append(url, arrived):
                    progress.update(task, completed=done, total=total)
                break
            except BROKEN_OFF:
                tries = 0 if arrived.stat().st_size > before else tries + 1
                if tries == TRIES:
                    raise
        arrived.replace(target)


def _append(url: str, arrived: Path) -> Iterator[tuple[int, int | None]]:
    """Ask for what is missing of a file, and yield how much has arrived, of how much, in bytes."""
    start = arrived.stat().st_size
    asked = {"Range": f"bytes={start}-"} if start else {}
    with requests.get(url, headers=asked, stream=True, timeout=TIMEOUT) as answer:
        if start and answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # it was whole
        answer.raise_for_status()
        if answer.status_code != HTTPStatus.PARTIAL_CONTENT:
            start = 0  # the server sends the whole file again
        length = answer.headers.get("Content-Length")
        total = start + int(length) if length else None
        with arrived.open("r+b") as stream:
            stream.seek(start)
            stream.truncate()
            for chunk in answer.iter_content(CHUNK):
                stream.write(chunk)
                start += len(chunk)
                yield start, total
