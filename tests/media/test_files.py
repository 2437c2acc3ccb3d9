"""Clips in files of all kinds: frames, their seconds, which side is up, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from PIL import Image

from signs.media.clip import ClipError, ClipFrame, Sampling
from signs.media.opening import open_clip
from tests.clips import gray, save_clip, sound

ALL = Sampling()


def read(source: Path, sampling: Sampling = ALL) -> list[ClipFrame]:
    return list(open_clip(str(source), sampling, print).frames())


def refusal(source: Path) -> tuple[str, int]:
    """What a clip is refused for, and how many frames came before."""
    count = 0
    with pytest.raises(ClipError) as caught:
        for _ in open_clip(str(source), ALL, print).frames():
            count += 1
    assert "\n" not in str(caught.value)
    return str(caught.value), count


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a.mp4", {}),
        ("a.mkv", {}),
        ("a.ts", {}),
        ("a.avi", {"codec": "mpeg4"}),
        ("a.webm", {"codec": "libvpx"}),
        ("a.mov", {"codec": "libx265", "pix_fmt": "yuv420p10le"}),
        ("a.mp4", {"options": {"bf": "0"}, "container": {"movflags": "frag_keyframe+empty_moov"}}),
    ],
)
def test_a_clip(name: str, made: dict[str, Any], tmp_path: Path) -> None:
    clip = open_clip(str(save_clip(tmp_path / name, gray(10), **made)), ALL, print)
    assert (clip.info.width, clip.info.height, clip.info.live) == (64, 48, False)
    frames = list(clip.frames())
    assert [f.number for f in frames] == list(range(10))
    assert [f.time_s for f in frames] == pytest.approx([n / 25 for n in range(10)], abs=0.002)
    for frame, expected in zip(frames, gray(10), strict=True):
        assert frame.pixels.dtype == np.uint8
        assert frame.pixels.shape == (48, 64, 3)
        assert frame.pixels[36, 48] == pytest.approx(expected[36, 48], abs=12)
        assert frame.pixels[8, 8] == pytest.approx(expected[8, 8], abs=40)


def test_what_a_clip_says_of_itself(tmp_path: Path) -> None:
    info = open_clip(str(save_clip(tmp_path / "a.mp4", gray(10))), ALL, print).info
    assert info.fps == pytest.approx(25, abs=0.1)
    assert info.duration_s == pytest.approx(0.4, abs=0.05)
    assert info.started is None
    # A stream has neither a number of frames nor a duration.
    raw = save_clip(tmp_path / "a.h264", gray(10))
    assert open_clip(str(raw), ALL, print).info.duration_s is None
    assert len(read(raw)) == 10


@pytest.mark.parametrize("size", [(64, 48), (63, 47), (2, 2), (130, 18)])
def test_sizes(size: tuple[int, int], tmp_path: Path) -> None:
    path = save_clip(tmp_path / "a.mkv", gray(3, size), codec="ffv1", pix_fmt="bgr0")
    frames = read(path)
    assert [f.pixels.shape for f in frames] == [(size[1], size[0], 3)] * 3


def test_time_stamps_count_and_not_the_frame_rate(tmp_path: Path) -> None:
    times = [0.5, 0.54, 0.7, 1.7, 1.71]
    frames = read(save_clip(tmp_path / "a.mp4", gray(5), times))
    assert [f.time_s for f in frames] == pytest.approx([0, 0.04, 0.2, 1.2, 1.21], abs=0.002)


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        (Sampling(every=3), [0, 3, 6, 9]),
        (Sampling(every=20), [0]),
        (Sampling(max_seconds=0.2), [0, 1, 2, 3, 4]),
        (Sampling(every=2, max_seconds=0.2), [0, 2, 4]),
        (Sampling(max_seconds=100), list(range(10))),
    ],
)
def test_which_frames_are_wanted(sampling: Sampling, expected: list[int], tmp_path: Path) -> None:
    path = save_clip(tmp_path / "a.mp4", gray(10))
    assert [f.number for f in read(path, sampling)] == expected
    folder = tmp_path / "frames"
    folder.mkdir()
    for number, pixels in enumerate(gray(10)):
        Image.fromarray(pixels).save(folder / f"{number}.png")
    assert [f.number for f in read(folder, sampling)] == expected


@pytest.mark.parametrize(
    ("degrees", "mirrored", "corner"),
    [
        (0, False, (0, 0)), (90, False, (1, 0)), (180, False, (1, 1)), (270, False, (0, 1)),
        (0, True, (0, 1)), (180, True, (1, 0)), (90, True, (1, 1)), (270, True, (0, 0)),
    ],
)  # fmt: skip
def test_the_upright_side_is_up(
    degrees: int, mirrored: bool, corner: tuple[int, int], tmp_path: Path
) -> None:
    """The red corner above on the left goes where players show it.

    Degrees are counterclockwise; what is mirrored is mirrored after that.
    """

    def turn(stream: VideoStream) -> None:
        stream.set_display_rotation(degrees, hflip=mirrored)

    frame = read(save_clip(tmp_path / "a.mp4", gray(2), setup=turn))[0].pixels
    assert frame.shape == ((64, 48, 3) if degrees % 180 else (48, 64, 3))
    height, width = frame.shape[:2]
    red = frame[8 if corner[0] == 0 else height - 8, 8 if corner[1] == 0 else width - 8]
    assert red[0] > red[1] + 100


def flat(stream: VideoStream) -> None:
    stream.codec_context.sample_aspect_ratio = 30  # type: ignore[assignment]


def test_pixels_become_square(tmp_path: Path) -> None:
    def wide(stream: VideoStream) -> None:
        stream.codec_context.sample_aspect_ratio = 2  # type: ignore[assignment]

    assert read(save_clip(tmp_path / "a.mp4", gray(2), setup=wide))[0].pixels.shape == (48, 128, 3)


def test_frames_of_two_halves_are_made_whole(tmp_path: Path) -> None:
    """Even lines are white, odd ones black: of an object that moves, each shows another place."""
    comb = np.zeros((48, 64, 3), np.uint8)
    comb[::2] = 255
    path = save_clip(tmp_path / "a.mp4", [comb] * 5, options={"flags": "+ildct+ilme", "crf": "5"})
    frames = read(path)
    assert [f.number for f in frames] == list(range(5))
    steps = np.abs(np.diff(frames[2].pixels[10:-10, 30, 0].astype(int)))
    assert steps.max() < 100
    plain = read(save_clip(tmp_path / "b.mp4", [comb] * 5, options={"crf": "5"}))
    assert np.abs(np.diff(plain[2].pixels[10:-10, 30, 0].astype(int))).max() > 200


@pytest.mark.parametrize(("curve", "level"), [(16, 0.58), (18, 0.75)])
def test_hdr_is_not_gray(curve: int, level: float, tmp_path: Path) -> None:
    """White of paper in HDR comes out near white; a plain conversion leaves it at its level."""
    white = np.full((48, 64, 3), round(255 * level), np.uint8)

    def tag(frame: av.VideoFrame) -> None:
        frame.color_trc, frame.color_primaries, frame.colorspace = curve, 9, 9

    def setup(stream: VideoStream) -> None:
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace = curve, 9, 9

    path = save_clip(
        tmp_path / "a.mp4", [white] * 3, codec="libx265", pix_fmt="yuv420p10le", setup=setup,
        each=tag,
    )  # fmt: skip
    pixel = read(path)[0].pixels[24, 32]
    assert pixel.min() > 215
    assert int(pixel.max()) - int(pixel.min()) < 12


def test_frames_of_another_size_are_brought_to_the_first(tmp_path: Path) -> None:
    folder = tmp_path / "frames"
    folder.mkdir()
    for name, size in (("frame2", (64, 48)), ("frame10", (32, 24)), ("Frame1", (40, 30))):
        Image.new("RGB", size, (size[0], 0, 0)).save(folder / f"{name}.png")
    (folder / "notes.txt").touch()
    Image.new("RGB", (9, 9)).save(folder / ".hidden.png")
    frames = read(folder)
    assert [f.pixels[0, 0, 0] for f in frames] == [40, 64, 32]
    assert {f.pixels.shape for f in frames} == {(30, 40, 3)}


def changed(path: Path, change: Callable[[bytes], bytes]) -> Path:
    path.write_bytes(change(save_clip(path, gray(10)).read_bytes()))
    return path


def picture(path: Path) -> Path:
    Image.new("RGB", (64, 48)).save(path)
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def folder(path: Path, *files: str) -> Path:
    path.mkdir()
    for name in files:
        (path / name).write_text("a shopping list")
    return path


CENC = {
    "encryption_scheme": "cenc-aes-ctr", "encryption_key": "00" * 16, "encryption_kid": "11" * 16,
}  # fmt: skip


def beside(folder: Path) -> bytes:
    """The name of a clip that another file could lead to."""
    return save_clip(folder / "secret.mp4", gray(5)).name.encode()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: p / "none.mp4", "no such file or folder"),
        (lambda p: "https://example.com/a.mp4", "a web address: download the clip"),
        (lambda p: "a\0.mp4", "no such file"),
        (lambda p: folder(p / "f"), "no pictures in this folder"),
        (lambda p: folder(p / "f", "a.png"), "1 of its pictures could not be read"),
        (lambda p: written(p / "a.mp4", b""), "the file is empty"),
        (lambda p: written(p / "a.mp4", b"junk" * 999), "not a clip, or it is broken"),
        (lambda p: written(p / "a.txt", b"milk\neggs\n" * 99), "not a clip"),
        (lambda p: written(p / "a.m3u8", b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n"), ""),
        (lambda p: written(p / "a", b"ffconcat version 1.0\nfile " + beside(p)), "not a clip"),
        (lambda p: picture(p / "a.png"), "a still picture (PNG): `signs detect`"),
        (lambda p: picture(p / "a.jpg"), "a still picture (JPEG): `signs detect`"),
        (lambda p: sound(p / "a.wav"), "no pictures: a sound recording"),
        (lambda p: changed(p / "a.mp4", lambda b: b[: len(b) // 2]), "it is broken"),
        (lambda p: changed(p / "a.mp4", lambda b: b.replace(b"avc1", b"zzz1")), "codec is not"),
        (lambda p: save_clip(p / "a.mp4", gray(5), container=CENC), "it is encrypted"),
        (lambda p: save_clip(p / "a.mp4", gray(1, (7680, 4320)), codec="mpeg4",
                             options={"qscale": "31"}), "7680 x 4320"),
        (lambda p: save_clip(p / "a.mp4", gray(1, (1280, 720)), setup=flat), "38400 x 720"),
    ],
)  # fmt: skip
def test_what_is_refused(make: Callable[[Path], Path], said: str, tmp_path: Path) -> None:
    what, frames = refusal(make(tmp_path))
    assert said in what
    assert frames == 0


def test_of_a_cut_clip_what_is_there_is_read(tmp_path: Path) -> None:
    path = save_clip(tmp_path / "a.mp4", gray(50), options={"bf": "0", "g": "5"},
                     container={"movflags": "+faststart"})  # fmt: skip
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 3 // 4])
    what, frames = refusal(path)
    assert "it was cut, or is broken: it ends after" in what
    assert 5 < frames < 45


def test_of_broken_frames_the_others_are_read(tmp_path: Path) -> None:
    path = save_clip(tmp_path / "a.mp4", gray(50), options={"bf": "0", "g": "5"},
                     container={"movflags": "+faststart"})  # fmt: skip
    data = bytearray(path.read_bytes())
    middle = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 2
    data[middle : middle + 60] = bytes(60)
    path.write_bytes(data)
    frames = read(path)
    assert 40 <= len(frames) <= 50
    assert frames[-1].time_s > 1.8


def test_broken_pictures_of_a_folder_are_named(tmp_path: Path) -> None:
    place = folder(tmp_path / "f", "2.png")
    for number in (1, 3):
        picture(place / f"{number}.png")
    what, frames = refusal(place)
    assert what.startswith("1 of its pictures could not be read, such as 2.png: ")
    assert frames == 2
