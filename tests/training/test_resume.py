import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from signs.errors import SignsError
from signs.params import TrainParams
from signs.records.packed import Packed
from signs.training import resume
from signs.training.loop import EpochReport, fit
from signs.training.resume import StateFile
from tests.conftest import ROOT


def test_only_the_same_run_finds_its_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = StateFile(tmp_path / "states", "mine"), StateFile(tmp_path / "states", "other")
    assert mine.load() is None
    mine.save({"epoch": 3, "weights": torch.arange(3)})
    other.save({"epoch": 1})
    state = mine.load()
    assert state is not None
    assert state["weights"].tolist() == [0, 1, 2]
    with monkeypatch.context() as context:
        context.setattr(torch, "__version__", "1.0")
        assert mine.load() is None
    with monkeypatch.context() as context:
        context.setattr(torch.cuda, "device_count", lambda: 7)
        assert mine.load() is None
    (mine.folder / ".mine.1234.pt").write_text("left by a killed run")
    mine.remove()
    assert [path.name for path in mine.folder.iterdir()] == ["other.pt"]
    mine.remove()


@pytest.mark.parametrize("content", [b"", b"0" * 999, b"half"])
def test_a_broken_state_is_none(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state_file = StateFile(tmp_path, "mine")
    state_file.save({"epoch": 3})
    half = state_file.path.read_bytes()[:500]
    state_file.path.write_bytes(half if content == b"half" else content)
    assert state_file.load() is None
    error = capsys.readouterr().err
    assert "cannot be read, training starts from the beginning" in error
    assert error.count("\n") == 1
    torch.save({"weights": 3}, state_file.path)
    assert state_file.load() is None


def test_two_trainings_do_not_share_a_folder(tmp_path: Path) -> None:
    state_file = StateFile(tmp_path, "mine")
    with (
        state_file.only_one(),
        pytest.raises(SignsError, match=rf"another training still runs.*process {os.getpid()}"),
        state_file.only_one(),
    ):
        pass
    with state_file.only_one():
        pass


HOLD = """
import sys
from pathlib import Path
from signs.training.resume import StateFile
with StateFile(Path(sys.argv[1]), "other").only_one():
    print("held", flush=True)
    sys.stdin.read()
"""
WITHOUT_FCNTL = """
import sys
sys.modules["fcntl"] = None
"""


@contextmanager
def another_process(folder: Path, before: str = "") -> Iterator[subprocess.Popen[str]]:
    """One that holds the folder until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", before + HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_lock_of_a_process_ends_with_it(tmp_path: Path) -> None:
    state_file = StateFile(tmp_path, "mine")
    with another_process(tmp_path) as process:
        refused = rf"another training still runs.*process {process.pid}\)"
        with pytest.raises(SignsError, match=refused), state_file.only_one():
            pass
    with state_file.only_one():  # although that process was killed and cleaned nothing up
        assert (tmp_path / "holder").read_text() == str(os.getpid())
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_where_there_is_no_fcntl(tmp_path: Path) -> None:
    """As on Windows: the lock is then another one."""
    with another_process(tmp_path, WITHOUT_FCNTL) as process:
        again = subprocess.run(
            [sys.executable, "-c", WITHOUT_FCNTL + HOLD, str(tmp_path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
    assert "another training still runs in this folder" in again.stderr
    assert f"(process {process.pid})" in again.stderr


def test_no_module_of_training_is_for_one_system_alone() -> None:
    """Windows has none of these, and macOS not all."""
    systems = r"^\s*(import|from) (fcntl|grp|msvcrt|pwd|resource|termios|winreg)\b"
    for path in [*ROOT.glob("signs/**/*.py"), *ROOT.glob("stages/*.py")]:
        assert not re.search(systems, path.read_text(encoding="utf-8"), re.MULTILINE), path


def test_what_nothing_has_touched_for_long_is_deleted(tmp_path: Path) -> None:
    mine = StateFile(tmp_path, "mine")
    for name in ("mine.pt", "other.pt", ".other.123.pt", "new.pt", ".new.123.pt", "notes.txt"):
        (tmp_path / name).touch()
        if "new" not in name:
            long_ago = (tmp_path / name).stat().st_mtime - resume.KEPT - 60
            os.utime(tmp_path / name, (long_ago, long_ago))
    with mine.only_one():
        left = {path.name for path in tmp_path.iterdir()} - {"lock", "holder"}
    assert left == {"mine.pt", "new.pt", ".new.123.pt", "notes.txt"}


def test_a_run_that_is_refused_deletes_nothing(tmp_path: Path) -> None:
    with another_process(tmp_path):
        (tmp_path / "old.pt").touch()
        os.utime(tmp_path / "old.pt", (0, 0))
        with pytest.raises(SignsError), StateFile(tmp_path, "mine").only_one():
            pass
        assert (tmp_path / "old.pt").exists()


@pytest.mark.parametrize(
    ("arch", "stopped_in"),
    [("signnet", 1), ("signnet", 2), ("signnet", 3), ("mobilenet_v3_small", 2)],  # has dropout
)
def test_a_stopped_run_ends_with_the_same_weights(
    packed: Packed, recipe: TrainParams, tmp_path: Path, arch: str, stopped_in: int
) -> None:
    changed = {"epochs": 3, "augment": 1.0, "batch_size": 64, "small_share": 0.5, "small_size": 24}
    params = recipe.model_copy(update=changed)
    whole: list[EpochReport] = []
    expected, best = fit(packed, packed, arch, params, on_epoch=whole.append)
    steps_per_epoch = 5

    def stop(done: int, total: int, loss: float) -> None:
        if done == (stopped_in - 1) * steps_per_epoch + 3:
            raise KeyboardInterrupt

    state_file = StateFile(tmp_path, "run")
    for _ in range(2):  # at the same place
        with pytest.raises(KeyboardInterrupt):
            fit(
                packed,
                packed,
                arch,
                params,
                on_step=stop,
                state=state_file.load(),
                on_state=state_file.save,
            )
    torch.manual_seed(99)
    again: list[EpochReport] = []
    steps: list[int] = []
    model, report = fit(
        packed,
        packed,
        arch,
        params,
        on_step=lambda done, *_: steps.append(done),
        on_epoch=again.append,
        state=state_file.load(),
    )
    assert steps[0] == (stopped_in - 1) * steps_per_epoch + 1
    assert again == whole
    assert report == best
    for name, weights in expected.state_dict().items():
        assert torch.equal(weights, model.state_dict()[name]), name
