import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from signs.errors import SignsError, one_line_errors
from tests.conftest import ROOT


def test_a_line_and_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, one_line_errors():
        raise SignsError("no such sign:\n  draw one")
    assert caught.value.code == 1
    assert capsys.readouterr().err == "error: no such sign: draw one\n"


def test_ctrl_c_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, one_line_errors():
        raise KeyboardInterrupt
    assert caught.value.code == 130
    assert capsys.readouterr().err.startswith("error: stopped; nothing is half-written")


def test_a_full_disk_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), one_line_errors():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "data/raw")
    assert capsys.readouterr().err == (
        "error: No space left on device (data/raw): free some space, then run the same command "
        "again\n"
    )


def test_a_mistake_in_the_code_keeps_its_traceback() -> None:
    with pytest.raises(FileNotFoundError), one_line_errors():
        Path("/nowhere/at/all").read_bytes()
    with pytest.raises(ValueError, match="oops"), one_line_errors():
        raise ValueError("oops")


WRITERS = {
    "photos": """
import os
from signs.catalog.gtsrb import GTSRB
from signs.data.source import Source
from signs.data.store import write_photos
from signs.records.photo import Photo
photos = (Photo(os.urandom(999), 0, "t", "n") for _ in range(9999))
write_photos(Path("target.parquet"), photos, Source("s", "l", {}), GTSRB)
""",
    "arrays": """
import numpy as np
from signs.catalog.gtsrb import GTSRB
from signs.records.packed import Packed
images = np.zeros((99, 64, 64, 3), np.uint8)
Packed(images, np.zeros(99, np.int64), np.array(["t"] * 99), "s", GTSRB).save(Path("target.npz"))
""",
    "state": """
import torch
from signs.training.resume import StateFile
StateFile(Path("."), "target").save({"weights": torch.zeros(10**6)})
""",
}


@pytest.mark.parametrize("what", WRITERS)
def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_else(
    what: str, tmp_path: Path
) -> None:
    """A limit on the size of files stands for the end of the disk: it too comes in mid-write."""
    code = (
        "from pathlib import Path\nfrom signs.errors import one_line_errors\n"
        f"with one_line_errors():\n    exec({WRITERS[what]!r})"
    )
    suffix = {"photos": "parquet", "arrays": "npz", "state": "pt"}[what]
    old = tmp_path / f"target.{suffix}"
    old.write_text("what was there before")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: ")
    assert "raise the limit on the size of files" in done.stderr
    assert old.read_text() == "what was there before"
    assert [p.name for p in tmp_path.iterdir()] == [old.name]
