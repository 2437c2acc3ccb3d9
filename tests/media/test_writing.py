"""Clips for browsers and phones."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import av
import pytest

from signs.media.clip import Sampling
from signs.media.opening import open_clip
from signs.media.writing import MAX_SIDE, ClipWriter, clip_size
from tests.clips import Pixels, gray
from tests.conftest import ROOT


def written(path: Path, frames: list[Pixels], times: list[float], fps: float | None) -> Path:
    with ClipWriter(path, fps) as clip:
        for pixels, time_s in zip(frames, times, strict=True):
            clip.add(pixels, time_s)
    return path


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((64, 48), (64, 48)),
        ((63, 47), (64, 48)),
        ((321, 200), (322, 200)),
        ((5312, 2988), (3840, 2160)),
        ((3000, 4001), (2880, 3840)),
        ((1, 1), (2, 2)),
    ],
)
def test_sizes_are_even_and_not_too_large(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert clip_size(*size) == expected
    assert max(clip_size(*size)) <= MAX_SIDE


@pytest.mark.parametrize("size", [(64, 48), (63, 47)])
@pytest.mark.parametrize("fps", [25.0, 30000 / 1001, None])
def test_what_is_written_plays_everywhere(
    size: tuple[int, int], fps: float | None, tmp_path: Path
) -> None:
    times = [0, 0.04, 0.2, 0.2, 1.3, 1.35]
    path = written(tmp_path / "a.mp4", gray(6, size), times, fps)
    with av.open(str(path)) as container:
        (stream,) = container.streams
        assert isinstance(stream, av.VideoStream)
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width % 2, stream.height % 2) == (0, 0)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    clip = open_clip(str(path), Sampling(), print)
    frames = list(clip.frames())
    assert [f.time_s for f in frames] == pytest.approx(times, abs=0.002)
    assert clip.info.duration_s == pytest.approx(1.35 + (1 / fps if fps else 0.04), abs=0.01)
    for frame, expected in zip(frames, gray(6, size), strict=True):
        assert frame.pixels[30, 50] == pytest.approx(expected[30, 50], abs=10)
        assert frame.pixels[8, 8] == pytest.approx(expected[8, 8], abs=40)


def test_a_clip_without_frames_does_not_fail(tmp_path: Path) -> None:
    written(tmp_path / "a.mp4", [], [], None)


def test_the_file_of_a_clip_that_fails_is_finished(tmp_path: Path) -> None:
    """As after Ctrl-C: what was written until then plays."""
    path = tmp_path / "a.mp4"
    with pytest.raises(KeyboardInterrupt), ClipWriter(path, 25) as clip:
        for number, pixels in enumerate(gray(8)):
            if number == 5:
                raise KeyboardInterrupt
            clip.add(pixels, number / 25)
    assert len(list(open_clip(str(path), Sampling(), print).frames())) == 5


FULL = """
import sys
from pathlib import Path
import numpy as np
from signs.media.writing import ClipWriter
rng = np.random.default_rng(0)
with ClipWriter(Path(sys.argv[1]), 25) as clip:
    for number in range(40):
        clip.add(rng.integers(0, 255, (240, 320, 3), dtype=np.uint8), number / 25)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files")
def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path / "a.mp4"],
        cwd=ROOT, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    assert done.returncode == 1
    assert "OSError: [Errno 27] File too large" in done.stderr
