"""`signs track` with two models that answer by pure colors: see `tests.tiny_models`."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.catalog.language import Language
from signs.cli.tracking.pictures import AnnotatedClips
from signs.clips.following import ClipResult
from signs.media.clip import ClipInfo, Sampling
from signs.media.opening import open_clip
from tests.cli.conftest import FRAME, SHARP, Run, drive
from tests.clips import save_clip
from tests.conftest import ROOT
from tests.tiny_models import PLATES, RECOGNIZER

SIGN_FIELDS = {
    "track", "class_id", "name", "stvo", "probability", "known", "recognized", "first_s", "last_s",
    "frames",
}  # fmt: skip


def clips(result: Result) -> list[dict[str, Any]]:
    return json.loads(result.stdout)


def test_the_table(track: Run) -> None:
    result = track("a.mp4", "empty.mp4")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    cells = [[c.strip() for c in line.split("│")[1:-1]] for line in result.stdout.splitlines()]
    assert [row for row in cells if row] == [
        ["a.mp4", "0:00 to 0:00", "Stop", "206", "99.9%", "15"],
        ["", "0:00 to 0:00", "Keep right", "222", "99.9%", "11"],
        ["empty.mp4", "", "no sign", "", "", ""],
    ]
    assert f"model {RECOGNIZER.version}" in " ".join(result.stdout.split())


@pytest.mark.parametrize("source", ["a.mp4", "frames"])
def test_json(source: str, track: Run) -> None:
    result = track(source, "--json")
    assert result.exit_code == 0, result.output
    (clip,) = clips(result)
    signs = clip.pop("signs")
    count = 15 if source == "a.mp4" else 12
    assert clip == {
        "path": source, "width": 160, "height": 120, "fps": 25.0,
        "duration_s": pytest.approx(count / 25, abs=0.01),
        "model_version": RECOGNIZER.version, "error": None,
    }  # fmt: skip
    assert all(set(sign) == SIGN_FIELDS for sign in signs)
    assert [(s["class_id"], s["name"], s["recognized"]) for s in signs] == [
        (14, "Stop", True), (38, "Keep right", True),
    ]  # fmt: skip
    stop, right = signs
    assert (stop["first_s"], right["first_s"]) == (0, pytest.approx(0.16, abs=0.002))
    assert stop["last_s"] == pytest.approx((count - 1) / 25, abs=0.002)
    assert [f["frame"] for f in stop["frames"]] == list(range(count))
    assert [f["frame"] for f in right["frames"]] == list(range(4, count))
    for frame in stop["frames"]:
        number = frame["frame"]
        assert set(frame) == {"frame", "time_s", "box", "score"}
        assert frame["time_s"] == pytest.approx(number / 25, abs=0.002)
        assert frame["box"] == pytest.approx([30 - number, 30, 50, 50 + number], abs=2)


@pytest.mark.parametrize(
    ("options", "frames", "last"),
    [
        (["--every", "2"], [0, 2, 4, 6, 8, 10, 12, 14], 0.56),
        (["--max-seconds", "0.3"], list(range(8)), 0.28),
        (["--every", "3", "--max-seconds", "0.3"], [0, 3, 6], 0.24),
    ],
)
def test_which_frames_are_read(
    options: list[str], frames: list[int], last: float, track: Run
) -> None:
    (clip,) = clips(track("a.mp4", "--json", *options))
    stop = clip["signs"][0]
    assert [f["frame"] for f in stop["frames"]] == frames
    assert stop["last_s"] == pytest.approx(last, abs=0.002)
    assert clip["error"] is None


def test_a_line_for_each_frame(track: Run) -> None:
    result = track("a.mp4", "empty.mp4", "--json-lines")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["path"], line["frame"]) for line in lines] == [
        *(("a.mp4", n) for n in range(15)), *(("empty.mp4", n) for n in range(5)),
    ]  # fmt: skip
    assert all(set(line) == {"path", "frame", "time_s", "signs"} for line in lines)
    names = [[sign["name"] for sign in line["signs"]] for line in lines]
    assert names[0] == []  # one frame makes no track
    assert sorted(names[10]) == ["Keep right", "Stop"]
    assert set(lines[10]["signs"][0]) == SIGN_FIELDS - {"first_s", "last_s", "frames"} | {
        "box", "score",
    }  # fmt: skip


def test_files_for_other_programs(track: Run) -> None:
    assert track("a.mp4", "bad.mp4", "--csv", "o.csv").exit_code == 1
    with Path("o.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [(r["path"], r["name"], r["frames"], bool(r["error"])) for r in rows] == [
        ("a.mp4", "Stop", "15", False), ("a.mp4", "Keep right", "11", False),
        ("bad.mp4", "", "", True),
    ]  # fmt: skip
    assert track("a.mp4", "--mot", "o.txt").exit_code == 0
    lines = [line.split(",") for line in Path("o.txt").read_text().splitlines()]
    assert len(lines) == 15 + 11
    assert all(len(line) == 10 and line[-3:] == ["-1"] * 3 for line in lines)
    assert [int(line[0]) for line in lines] == sorted(int(line[0]) for line in lines)
    assert lines[0][:2] == ["1", "1"]
    assert [float(x) for x in lines[0][2:6]] == pytest.approx([31, 31, 20, 20], abs=2)


def test_the_clip_shows_the_signs(track: Run) -> None:
    assert track("a.mp4", "--video", "out.mp4").exit_code == 0
    clip = open_clip("out.mp4", Sampling(), print)
    frames = list(clip.frames())
    assert [f.time_s for f in frames] == pytest.approx([n / 25 for n in range(15)], abs=0.002)
    by = clip.info.width // FRAME[0]  # small pictures come out enlarged
    inside = frames[14].pixels[70 * by : 80 * by, 110 * by : 120 * by].reshape(-1, 3)
    assert inside.mean(axis=0) == pytest.approx(PLATES["right"].color, abs=40)
    plain = np.kron(drive(15)[14], np.ones((by, by, 1), np.uint8)).astype(int)
    changed = np.abs(frames[14].pixels.astype(int) - plain).max(axis=2) > 60
    assert 0.02 < changed.mean() < 0.5


def test_snapshots_show_each_sign_at_its_best(track: Run) -> None:
    assert track("a.mp4", "--snapshots", "best").exit_code == 0
    assert sorted(p.name for p in Path("best").iterdir()) == ["a-1-14.png", "a-2-38.png"]
    with Image.open("best/a-1-14.png") as image:
        assert image.height > 35  # the last frames show it largest
        assert image.getpixel((image.width // 2, image.height // 2))[0] > 200  # type: ignore[index]


def test_several_clips(track: Run) -> None:
    """A folder of files each; a broken clip does not stop the others."""
    Path("more").mkdir()
    save_clip(Path("more/a.mp4"), drive(6), **SHARP)
    result = track("a.mp4", "bad.mp4", "more/a.mp4", "--json", "--video", "v", "--mot", "m",
                   "--snapshots", "s")  # fmt: skip
    assert result.exit_code == 1
    assert (
        result.stderr == "error: bad.mp4: it is not a clip, or it is broken: no frame can be read\n"
    )
    assert [(c["path"], len(c["signs"]), c["error"] is None) for c in clips(result)] == [
        ("a.mp4", 2, True), ("bad.mp4", 0, False), ("more/a.mp4", 2, True),
    ]  # fmt: skip
    assert clips(result)[1]["width"] is None
    assert {p.name for p in Path("v").iterdir()} == {"a.mp4", "a_2.mp4"}
    assert {p.name for p in Path("m").iterdir()} == {"a.txt", "a_2.txt"}
    assert {p.name for p in Path("s").iterdir()} == {
        "a-1-14.png", "a-2-38.png", "a_2-1-14.png", "a_2-2-38.png",
    }  # fmt: skip


def test_of_a_cut_clip_what_was_read_is_kept(track: Run) -> None:
    save_clip(Path("long.mp4"), drive(20) * 2, options={"g": "5", "bf": "0"},
              container={"movflags": "+faststart"})  # fmt: skip
    data = Path("long.mp4").read_bytes()
    Path("cut.mp4").write_bytes(data[: len(data) * 3 // 4])
    result = track("cut.mp4", "--json", "--video", "out.mp4")
    assert result.exit_code == 1
    assert "error: cut.mp4: it was cut, or is broken" in result.stderr
    (clip,) = clips(result)
    assert "it was cut" in clip["error"]
    assert clip["signs"]
    assert list(open_clip("out.mp4", Sampling(), print).frames())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_ctrl_c_keeps_what_was_read(detect_models: list[object], track: Run) -> None:
    save_clip(Path("long.mkv"), drive(20) * 200, options={"preset": "ultrafast"})
    names = ["long.mkv", "a.mp4", "--json", "--video", "v", "--csv", "o.csv"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "from signs.cli import main; main()", "track"]
    running = subprocess.Popen(
        [*command, *map(str, detect_models), *names],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    while not list(Path().glob("v/.*.mp4")) and running.poll() is None:
        time.sleep(0.05)
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    stdout, stderr = running.communicate()
    assert running.returncode == 130, stderr
    (clip,) = json.loads(stdout)
    assert clip["error"].startswith("stopped after ")
    assert stderr == f"error: long.mkv: {clip['error']}\n"
    assert [p.name for p in Path("v").iterdir()] == ["long.mp4"]
    assert 0 < len(list(open_clip("v/long.mp4", Sampling(), print).frames())) < 4000
    assert "stopped after" in Path("o.csv").read_text()


def test_a_clip_that_ends_before_its_first_frame_leaves_no_file(tmp_path: Path) -> None:
    """As Ctrl-C ends it."""
    sink = AnnotatedClips({"a.mp4": tmp_path / "out.mp4"}, GTSRB, Language.ENGLISH)
    sink.begin("a.mp4", ClipInfo(64, 48, 25.0, None))
    sink.clip(ClipResult("a.mp4", error="stopped after 0.0 s"))
    assert not list(tmp_path.iterdir())
