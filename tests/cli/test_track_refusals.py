"""What `signs track` refuses before the work begins."""

import errno
from pathlib import Path

import pytest

from signs.clips.drawing import DrawnClip
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ([], 2, "Missing argument"),
        (["a.mp4", "--json", "--json-lines"], 2, "--json and --json-lines exclude each other"),
        (["a.mp4", "--gpx", "t.gpx"], 2, "--gpx and --geojson go together"),
        (["a.mp4", "--geojson", "o.json"], 2, "--gpx and --geojson go together"),
        (["a.mp4", "--gpx", "none", "--geojson", "o.json"], 1, "cannot read none: No such file"),
        (["a.mp4", "--gpx", "bad.mp4", "--geojson", "o.json"], 1, "bad.mp4 is not a GPX file"),
        (["a.mp4", "--every", "0"], 2, "0 is not in the range"),
        (["a.mp4", "--max-seconds", "0"], 2, "0.0 is not in the range"),
        (["a.mp4", "--max-seconds", "nan"], 2, "it is not a number of seconds"),
        (["a.mp4", "--gpx-offset", "inf"], 2, "it is not a number of seconds"),
        (["a.mp4", "--video", "a.mp4"], 1, "a.mp4 is one of the files that are read"),
        (["a.mp4", "empty.mp4", "--video", "."], 1, "a.mp4 is one of the files that are read"),
        (["a.mp4", "--video", "out.avi"], 1, "out.avi: the name must end in .mp4"),
        (["a.mp4", "empty.mp4", "--video", "o.mp4"], 2, "o.mp4 is one file for 2 clips"),
        (["a.mp4", "empty.mp4", "--mot", "o.txt"], 2, "o.txt is one file for 2 clips"),
        (["a.mp4", "empty.mp4", "--mot", "t.gpx"], 1, "t.gpx is a file: name a folder"),
        (["a.mp4", "--csv", "x", "--mot", "./x"], 1, "both name"),
        (["a.mp4", "--csv", "a.mp4"], 1, "a.mp4 is one of the files that are read"),
        (["a.mp4", "--mot", "{model}"], 1, "model.onnx is one of the files that are read"),
        (["a.mp4", "--snapshots", "bad.mp4"], 1, "bad.mp4 is a file: name a folder"),
        (["frames", "--snapshots", "frames"], 1, "frames is one of the files that are read"),
        (["a.mp4", "--video", "/proc/x.mp4"], 1, "cannot write /proc/x.mp4: "),
        (["a.mp4", "--csv", "/proc/x.csv"], 1, "cannot write /proc/x.csv: "),
        (["a.mp4", "--snapshots", "/proc/x"], 1, "cannot write /proc/x: "),
        (["a.mp4", "--detector", "none.onnx"], 1, "none.onnx not found: run `uv run dvc repro`"),
        (["none.mp4"], 1, "none.mp4: no such file or folder"),
        (["99"], 1, "99: there is no camera 99"),
        (["rtsp://127.0.0.1:9/x"], 1, "the stream cannot be opened: Connection refused"),
    ],
)
def test_what_is_refused(
    args: list[str], code: int, said: str, track: Run, detect_models: list[object]
) -> None:
    Path("t.gpx").write_text("<gpx/>")
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    result = track(*[arg.format(model=detect_models[3]) for arg in args])
    assert result.exit_code == code, result.output
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert code == 2 or result.stderr.count("\n") == 1
    after = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert after == before


def test_a_full_disk_is_said_of_the_file_that_needs_it(
    track: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other files are open at the same time."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(DrawnClip, "add", full)
    result = track("a.mp4", "--csv", "o.csv", "--video", "o.mp4")
    assert result.exit_code == 1
    assert result.stderr == "error: cannot write o.mp4: No space left on device\n"
    assert not list(Path().glob("o.*"))
