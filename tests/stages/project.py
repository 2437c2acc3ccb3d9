"""A copy of the repository to run pipelines in: drawn signs, one epoch, 20 images a class.

And a dozen drawn roads, of which the detector sees 64 small crops.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT
from tests.data.layouts import make_folder

IDENTITY = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "test"), ("EMAIL", "test@localhost"))
}
NOTHING_TO_DO = "Data and pipelines are up to date."


def small_scenes(detector: dict[str, Any]) -> None:
    """Shrink the section `detector` of params: seconds instead of minutes."""
    detector["data"]["drawn_scenes"] = 12
    detector["split"] |= {"val_fraction": 0.2, "test_fraction": 0.25}
    detector["train"] |= {"epochs": 1, "crops_per_epoch": 64, "crop_size": 64}
    detector["export"] |= {"range_scenes": 2, "limit_scenes": 2}
    detector["evaluate"]["resamples"] = 100


class Project:
    """A folder with the project under its own git."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def create(cls, root: Path) -> "Project":
        """A copy of the repository with small params, committed."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in listed.stdout.split("\0"):
            # Without the lock file, nothing counts as done.
            if name and name != "dvc.lock" and (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, root / name)
        params = yaml.safe_load((root / "params.yaml").read_text())
        params["video"]["evaluate"] |= {"drives": 1, "seconds": 0.4, "frame_rate": 10.0}
        params["data"]["drawn_per_class"] = 20
        params["data"]["drawn_negatives"] = 100
        params["train"]["epochs"] = 1
        small_scenes(params["detector"])
        (root / "params.yaml").write_text(yaml.safe_dump(params))
        project = cls(root)
        project.run("git", "init", "--quiet")
        project.commit()
        return project

    def commit(self) -> None:
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", "small")

    @property
    def environment(self) -> dict[str, str]:
        """For commands that run here."""
        environment = os.environ | IDENTITY | {"PYTHONPATH": str(self.root)}
        # Let Python write its caches: they must not make a stage dirty.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        return environment

    def run(self, *command: str, code: int = 0) -> str:
        """Run a command here and return what it printed; its exit code must be `code`."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def restore(self) -> None:
        """Back to what was committed."""
        self.run("git", "restore", ".")
        self.dvc("checkout")

    def clone(self, root: Path, *options: str) -> "Project":
        """A clone with all data, which it has in the cache of this project."""
        self.run("git", "clone", "--quiet", *options, str(self.root), str(root))
        clone = Project(root)
        clone.dvc("config", "--local", "cache.dir", str(self.root / ".dvc/cache"))
        clone.dvc("checkout")
        return clone

    def photos(self) -> Path:
        """A folder in the hub's layout, outside the repository, with a photo of two classes."""
        folder = self.root.parent / "photos"
        return make_folder(folder, ("train", "test"))

    def dvc(self, *args: str, code: int = 0) -> str:
        return self.run(sys.executable, "-m", "dvc", *args, code=code)

    def metrics(self, stage: str) -> dict[str, object]:
        content: dict[str, object] = json.loads(
            (self.root / "metrics" / f"{stage}.json").read_text()
        )
        return content
