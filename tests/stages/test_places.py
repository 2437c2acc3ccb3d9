"""The project where people keep it: odd paths, links, worktrees, shared caches, clones, no git."""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from signs.inference.recognizer import Recognizer
from tests.stages.project import IDENTITY, NOTHING_TO_DO, Project

pytestmark = pytest.mark.slow

ODD = "Größe (1)/mein Ordner's, a=b"
EXPERIMENT = ("exp", "run", "--temp", "-S", "report.gallery_size=7")


def under_an_odd_path(project: Project, folder: Path) -> Project:
    return project.clone(folder / ODD)


def behind_a_link(project: Project, folder: Path) -> Project:
    project.clone(folder / "real")
    (folder / "link").symlink_to(folder / "real")
    return Project(folder / "link")


def in_a_worktree(project: Project, folder: Path) -> Project:
    clone = project.clone(folder / "clone")
    clone.run("git", "worktree", "add", "--quiet", str(folder / "tree"))
    tree = Project(folder / "tree")
    tree.dvc("config", "--local", "cache.dir", str(project.root / ".dvc/cache"))
    tree.dvc("checkout")
    return tree


def in_a_larger_repository(project: Project, folder: Path) -> Project:
    inner = project.clone(folder / "clone" / "signs-project")
    shutil.rmtree(inner.root / ".git")
    outer = Project(inner.root.parent)
    outer.run("git", "init", "--quiet")
    outer.commit()
    return inner


@pytest.mark.parametrize(
    "place", [under_an_odd_path, behind_a_link, in_a_worktree, in_a_larger_repository]
)
def test_everything_runs(
    place: Callable[[Project, Path], Project], project: Project, tmp_path: Path
) -> None:
    copy = place(project, tmp_path)
    assert NOTHING_TO_DO in copy.dvc("repro")
    copy.dvc(*EXPERIMENT)
    assert copy.run("git", "status", "--porcelain") == ""
    folder = copy.root / "docs" / "how-to"
    predicted = Project(folder).run("signs", "predict", "--json", str(copy.root / "docs/page.png"))
    assert "probability" in predicted
    copy.run("python", "-m", "stages.evaluate")
    assert copy.run("git", "status", "--porcelain") == ""


@pytest.fixture(params=["symlink", "hardlink"])
def linked(request: pytest.FixtureRequest, project: Project, tmp_path: Path) -> Project:
    """A clone whose data are links into a cache of its own."""
    clone = project.clone(tmp_path / "clone")
    shutil.copytree(project.root / ".dvc/cache", tmp_path / "cache")
    clone.dvc("config", "--local", "cache.dir", str(tmp_path / "cache"))
    clone.dvc("config", "--local", "cache.type", request.param)
    clone.dvc("checkout", "--relink")
    model = clone.root / "models/model.onnx"
    assert model.is_symlink() or model.stat().st_nlink > 1
    return clone


def test_stages_replace_links_and_never_write_through_them(linked: Project) -> None:
    cache = linked.root.parent / "cache"
    before = {path: digest(path) for path in cache.rglob("*") if path.is_file()}
    for stage in (
        "split", "export", "evaluate", "download_scenes", "evaluate_detector", "evaluate_tracker",
        "report",
    ):  # fmt: skip
        linked.run("python", "-m", f"stages.{stage}")
    assert {path: digest(path) for path in before} == before
    assert NOTHING_TO_DO in linked.dvc("repro")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_shallow_clone_pulls_the_model_alone(project: Project, tmp_path: Path) -> None:
    source = project.clone(tmp_path / "source")
    source.dvc("remote", "add", "--default", "storage", str(tmp_path / "storage"))
    source.commit()
    source.dvc("push", "models/model.onnx")
    url = f"file://{source.root}"
    source.run("git", "clone", "--quiet", "--depth", "1", url, str(tmp_path / "clone"))
    clone = Project(tmp_path / "clone")
    clone.dvc("pull", "models/model.onnx")
    assert [path.name for path in (clone.root / "models").iterdir()] == ["model.onnx"]
    Recognizer(clone.root / "models/model.onnx")
    assert "probability" in clone.run("signs", "predict", "--json", "docs/page.png")
    clone.run("python", "-c", "import service")
    assert "accuracy" in clone.dvc("metrics", "show")  # these travel with git
    clone.dvc("plots", "show")
    assert clone.run("git", "status", "--porcelain") == ""


def test_a_download_without_git(project: Project, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone")
    shutil.rmtree(clone.root / ".git")
    assert "is not a git repository" in clone.dvc("repro", code=255)
    clone.dvc("config", "--local", "core.no_scm", "true")
    assert NOTHING_TO_DO in clone.dvc("repro")


@pytest.mark.parametrize(
    "settings",
    [
        {"HOME": "/nowhere/home", "TMPDIR": "/nowhere/tmp"},
        {"LANG": "C", "LC_ALL": "C"},
        {"LANG": "POSIX", "LC_ALL": "POSIX"},
    ],
)
def test_poor_surroundings(settings: dict[str, str], project: Project, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "Größe")
    path = clone.root / "params.yaml"
    path.write_text(path.read_text().replace("gallery_size: 32", "gallery_size: 13"))
    words = [f"{name}={value}" for name, value in settings.items()]
    clone.run("env", *words, "dvc", "repro")
    shutil.copy(clone.root / "docs/page.png", clone.root / "Straße.png")
    assert "Straße.png" in clone.run("env", *words, "signs", "predict", "--json", "Straße.png")
    assert NOTHING_TO_DO in clone.dvc("repro")


def test_umlauts_that_dvc_cannot_write_can_be_written_by_hand(
    project: Project, tmp_path: Path
) -> None:
    """In `.dvc/config`, and in a name that git has from outside of the repository."""
    clone = project.clone(tmp_path / "clone")
    storage = tmp_path / "Größe" / "storage"
    docs = (clone.root / "docs/how-to/machines.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"^```ini\n(.*?)^```", docs, re.DOTALL | re.MULTILINE)
    config = clone.root / ".dvc/config"
    text = config.read_text().replace("[core]\n", lines.partition('[remote "')[0], 1)
    remote = lines.replace(lines.partition('[remote "')[0], "")
    config.write_text(text + remote.replace("/daten/Größe/storage", str(storage)), encoding="utf-8")
    clone.dvc("push", "models/model.onnx")
    assert list(storage.rglob("??/*"))
    clone.commit()
    git = "[user]\n    name = Jürgen Größe\n    email = j@localhost\n"
    (tmp_path / ".gitconfig").write_text(git, encoding="utf-8")
    ours = [f"--unset={name}" for name in IDENTITY]
    clone.run("env", *ours, f"HOME={tmp_path}", "dvc", *EXPERIMENT)
    assert "Jürgen Größe" in clone.run("git", "log", "--exclude=*/exec/*", "--all", "--format=%an")
