"""Training that is killed while the pipeline runs, and then the same command once more."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.stages.project import Project

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("resume")]  # with a project of its own

WAIT = 120  # seconds, at most, for the first epoch


@dataclass(frozen=True)
class Lane:
    """A training in the pipeline.

    Attributes:
        stage: that trains.
        seed: its param.
        states: the folder of what a stopped training leaves.
        files: what it writes.
        curves: the folder of what it logs.
    """

    stage: str
    seed: str
    states: str
    files: tuple[str, ...]
    curves: str

    @property
    def again(self) -> tuple[str, ...]:
        """DVC's words for it, since else it would come from the cache."""
        return ("repro", "--force", "--single-item", self.stage)

    def results(self, project: Project) -> dict[str, bytes]:
        """What it wrote and logged."""
        files = [project.root / file for file in self.files]
        files += sorted((project.root / self.curves / "plots/metrics").iterdir())
        return {file.name: file.read_bytes() for file in files}


RECOGNIZER = Lane(
    "train", "train.seed", ".resume", ("models/checkpoint.pt", "metrics/train.json"),
    "metrics/curves",
)  # fmt: skip
DETECTOR = Lane(
    "train_detector", "detector.train.seed", ".resume/detector",
    ("models/detector_checkpoint.pt", "metrics/train_detector.json"), "metrics/detector_curves",
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The repository after `dvc repro` of all that comes before training, with three epochs."""
    project = Project.create(tmp_path_factory.mktemp("project"))
    path = project.root / "params.yaml"
    params = yaml.safe_load(path.read_text())
    params["train"]["epochs"] = 3
    params["detector"]["train"] |= {"epochs": 3, "crops_per_epoch": 128}
    path.write_text(yaml.safe_dump(params))
    project.dvc("repro", "split", "download_scenes")
    return project


@pytest.fixture(scope="module")
def uninterrupted(project: Project) -> dict[str, dict[str, bytes]]:
    """By stage, the results of a training that nothing stopped."""
    results = {}
    for lane in (RECOGNIZER, DETECTOR):
        project.dvc("repro", lane.stage)
        results[lane.stage] = lane.results(project)
    project.commit()
    return results


def stop_in_training(project: Project, lane: Lane, kind: signal.Signals) -> str:
    """Start `dvc repro`, send everything a signal once an epoch is done, return what was said."""
    states = project.root / lane.states
    shutil.rmtree(states, ignore_errors=True)
    command = [sys.executable, "-m", "dvc", *lane.again]
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


@pytest.mark.parametrize(
    ("lane", "kind"),
    [
        (RECOGNIZER, signal.SIGINT),
        (RECOGNIZER, signal.SIGTERM),
        (RECOGNIZER, signal.SIGKILL),
        (DETECTOR, signal.SIGINT),
        (DETECTOR, signal.SIGTERM),
        (DETECTOR, signal.SIGKILL),
    ],
    ids=lambda value: value.stage if isinstance(value, Lane) else value.name,
)
def test_the_same_command_goes_on(
    project: Project, uninterrupted: dict[str, dict[str, bytes]], lane: Lane, kind: signal.Signals
) -> None:
    said = stop_in_training(project, lane, kind)
    if kind == signal.SIGINT:  # DVC passes on what the stage says
        assert "error: stopped; the same command goes on after epoch" in said
        assert "Traceback" not in said
    printed = project.dvc(*lane.again)
    assert "goes on after epoch" in printed
    assert lane.results(project) == uninterrupted[lane.stage]
    states = project.root / lane.states
    assert [p.name for p in states.iterdir() if p.is_file()] == ["lock"]
    assert leftovers(project.root) == []


def leftovers(root: Path) -> list[str]:
    """Temporary files that are still there."""
    return [p.name for place in ("models", "data", "metrics") for p in (root / place).rglob(".*")]


@pytest.mark.parametrize("lane", [RECOGNIZER, DETECTOR], ids=lambda lane: lane.stage)
def test_another_run_starts_from_the_beginning(
    project: Project, uninterrupted: dict[str, dict[str, bytes]], lane: Lane
) -> None:
    stop_in_training(project, lane, signal.SIGKILL)
    printed = project.dvc("exp", "run", "-S", f"{lane.seed}=1", lane.stage)
    assert "goes on after epoch" not in printed
    (name,) = [file for file in uninterrupted[lane.stage] if file.endswith(".json")]
    assert lane.results(project)[name] != uninterrupted[lane.stage][name]
