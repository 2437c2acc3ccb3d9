"""Experiments beside the checkout: queued, in another folder, killed, and put in its place."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.stages.project import NOTHING_TO_DO, Project

pytestmark = pytest.mark.slow

WAIT = 120  # seconds, at most, for anything
STANDALONE = ".dvc/tmp/exps/standalone"
LOST = "refs/exps/apply/stash"


@pytest.fixture
def checkout(project: Project, tmp_path: Path) -> Iterator[Project]:
    """A clone with all data, in which only the report has something to do."""
    clone = project.clone(tmp_path / "clone")
    yield clone
    clone.dvc("queue", "stop", "--kill")


def states(checkout: Project) -> dict[str, str | None]:
    """What `dvc exp show` says of each experiment."""
    shown = json.loads(checkout.dvc("exp", "show", "--json"))
    runs = [run for commit in shown for run in commit.get("experiments") or []]
    return {run["name"]: (run["executor"] or {}).get("state") for run in runs}


def start(checkout: Project, *args: str) -> subprocess.Popen[str]:
    """Start DVC in a process group of its own, and wait until the report is being made."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dvc", *args],
        cwd=checkout.root,
        env=checkout.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Running stage 'report'" in line:
            return process
    raise AssertionError(f"{args} ended without a report")


def queue(checkout: Project) -> dict[str, str]:
    """The states of the queue's tasks, by name."""
    lines = checkout.dvc("queue", "status").splitlines()
    rows = [line.split() for line in lines[1:] if line and not line.startswith("Worker")]
    return {row[1]: row[-1] for row in rows}


def test_a_queue_runs_each_value_and_says_which_failed(checkout: Project) -> None:
    printed = checkout.dvc("exp", "run", "--queue", "-S", "report.gallery_size=7,0")
    assert printed.count("Queued experiment") == 2
    checkout.run("sh", "-c", "dvc queue start >started 2>&1")  # its worker keeps a pipe open
    until = time.monotonic() + WAIT
    while not set(queue(checkout).values()) <= {"Success", "Failed"} and time.monotonic() < until:
        time.sleep(1)
    done = queue(checkout)
    assert sorted(done.values()) == ["Failed", "Success"]
    failed = next(name for name, state in done.items() if state == "Failed")
    log = checkout.dvc("queue", "logs", failed)
    assert "report.gallery_size: input should be greater than or equal to 1, got 0" in log
    (checkout.root / "started").unlink()
    assert checkout.run("git", "status", "--porcelain") == ""
    checkout.dvc("queue", "remove", "--failed")
    assert set(queue(checkout)) == set(done) - {failed}


def test_a_killed_experiment_stays_running_until_its_folder_is_removed(checkout: Project) -> None:
    command = f"rm -rf {STANDALONE}"
    assert command in (ROOT / "docs/how-to/experiments.md").read_text(encoding="utf-8")
    process = start(checkout, "exp", "run", "--temp", "-S", "report.gallery_size=8")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=WAIT)
    assert list(states(checkout).values()) == ["running"]
    checkout.run("sh", "-c", command)
    assert states(checkout) == {}
    checkout.dvc("exp", "run", "--temp", "-S", "report.gallery_size=8")
    assert len(states(checkout)) == 1
    assert checkout.run("git", "status", "--porcelain") == ""
    assert NOTHING_TO_DO in checkout.dvc("repro")


def test_two_runs_at_once_do_no_harm(checkout: Project) -> None:
    path = checkout.root / "params.yaml"
    path.write_text(path.read_text().replace("gallery_size: 32", "gallery_size: 9"))
    first = start(checkout, "repro")
    assert "is busy, it is being blocked by" in checkout.dvc("repro", code=255)
    first.communicate(timeout=WAIT)
    assert first.returncode == 0
    assert NOTHING_TO_DO in checkout.dvc("repro")


def test_apply_takes_edits_away_and_the_docs_bring_them_back(checkout: Project) -> None:
    command = f"git stash apply {LOST}"
    assert command in (ROOT / "docs/how-to/experiments.md").read_text(encoding="utf-8")
    checkout.dvc("exp", "run", "--temp", "-n", "ten", "-S", "report.gallery_size=10")
    readme = checkout.root / "README.md"
    before = readme.read_text()
    readme.write_text("edited\n")
    checkout.dvc("exp", "apply", "ten")
    assert readme.read_text() == before
    assert checkout.run("git", "stash", "list") == ""
    checkout.run("git", "restore", ".")
    checkout.run(*command.split())
    assert readme.read_text() == "edited\n"


def test_the_other_folder_has_what_git_knows(checkout: Project) -> None:
    (checkout.root / "stages/new.py").write_text("")
    stage = checkout.root / "stages/report.py"
    stage.write_text(stage.read_text().replace("import json\n", "import json\nimport stages.new\n"))
    experiment = ("exp", "run", "--temp", "-S", "report.gallery_size=11")
    assert "No module named 'stages.new'" in checkout.dvc(*experiment, code=255)
    checkout.run("git", "add", "stages/new.py")
    checkout.dvc(*experiment)


def test_outputs_that_are_not_committed_can_be_later(checkout: Project) -> None:
    path = checkout.root / "params.yaml"
    path.write_text(path.read_text().replace("gallery_size: 32", "gallery_size: 12"))
    checkout.dvc("repro", "--no-commit")
    assert "not in cache" in checkout.dvc("status")
    checkout.dvc("commit", "--force")
    shutil.rmtree(checkout.root / "metrics/pictures")
    assert "Running stage" not in checkout.dvc("repro")
