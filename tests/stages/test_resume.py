"""Training that is killed while the pipeline runs, and then the same command once more."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.stages.project import Project

pytestmark = pytest.mark.slow

AGAIN = ("repro", "--force", "--single-item", "train")  # else it would come from the cache
WAIT = 120  # seconds, at most, for the first epoch


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The repository after `dvc repro` of all that comes before training, with three epochs."""
    project = Project.create(tmp_path_factory.mktemp("project"))
    path = project.root / "params.yaml"
    params = yaml.safe_load(path.read_text())
    params["train"]["epochs"] = 3
    path.write_text(yaml.safe_dump(params))
    project.dvc("repro", "split")
    return project


@pytest.fixture(scope="module")
def uninterrupted(project: Project) -> dict[str, bytes]:
    project.dvc("repro", "train")
    project.commit()
    return results(project)


def results(project: Project) -> dict[str, bytes]:
    files = [project.root / "models/checkpoint.pt", project.root / "metrics/train.json"]
    files += sorted((project.root / "metrics/curves/plots/metrics").iterdir())
    return {file.name: file.read_bytes() for file in files}


def stop_in_training(project: Project, kind: signal.Signals) -> str:
    """Start `dvc repro`, send everything a signal once an epoch is done, return what was said."""
    states = project.root / ".resume"
    shutil.rmtree(states, ignore_errors=True)
    command = [sys.executable, "-m", "dvc", *AGAIN]
    process = subprocess.Popen(
        command,
        cwd=project.root,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + WAIT
    while not list(states.glob("[!.]*.pt")) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, kind)
    said, _ = process.communicate(timeout=WAIT)
    assert process.returncode != 0
    assert list(states.glob("[!.]*.pt")), said
    return said


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_same_command_goes_on(
    project: Project, uninterrupted: dict[str, bytes], kind: signal.Signals
) -> None:
    said = stop_in_training(project, kind)
    if kind == signal.SIGINT:  # DVC passes on what the stage says
        assert "error: stopped; the same command goes on after epoch" in said
        assert "Traceback" not in said
    printed = project.dvc(*AGAIN)
    assert "goes on after epoch" in printed
    assert results(project) == uninterrupted
    assert [p.name for p in (project.root / ".resume").iterdir()] == ["lock"]
    assert leftovers(project.root) == []


def leftovers(root: Path) -> list[str]:
    """Temporary files that are still there."""
    return [p.name for place in ("models", "data", "metrics") for p in (root / place).rglob(".*")]


def test_another_run_starts_from_the_beginning(
    project: Project, uninterrupted: dict[str, bytes]
) -> None:
    stop_in_training(project, signal.SIGKILL)
    printed = project.dvc("exp", "run", "-S", "train.seed=1", "train")
    assert "goes on after epoch" not in printed
    assert results(project)["train.json"] != uninterrupted["train.json"]
