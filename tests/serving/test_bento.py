"""What `bentoml build` packs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.test_floors import closure
from tests.tiny_models import save_detector

# What BentoML adds: its description, the container's recipe, and the API's schema.
ADDED = {
    "README.md", "apis/openapi.yaml", "apis/schema.json", "bento.yaml", "env/docker/Dockerfile",
    "env/docker/entrypoint.sh", "env/python/requirements.in", "env/python/requirements.txt",
    "src/bentofile.yaml",
}  # fmt: skip
MAX_ADDED = 120_000  # bytes beside the model and the code


def needed() -> set[str]:
    """The service, every module of the project that it imports, and the packages around them."""
    modules = {ROOT / "service.py", *closure(ROOT / "service.py")}
    packages = {p / "__init__.py" for m in modules for p in m.parents}
    return {f.relative_to(ROOT).as_posix() for f in modules | packages if f.is_file()}


@pytest.fixture(scope="module")
def bento(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Bento of the project's tracked files and two small models."""
    root = tmp_path_factory.mktemp("project")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True)
    for name in listed.stdout.decode().splitlines():
        if (ROOT / name).is_file():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    for folder in ("models", "data/raw", ".dvc/cache", "metrics/pictures"):
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / folder / "large.bin").write_bytes(bytes(10))
    (root / "models" / "model.onnx").write_bytes(model_file.read_bytes())
    (root / "models" / "model_fp32.onnx").write_bytes(model_file.read_bytes())
    save_detector(root / "models" / "detector.onnx")
    home = tmp_path_factory.mktemp("bentoml")
    subprocess.run(
        [sys.executable, "-m", "bentoml", "build"],
        cwd=root,
        env=os.environ | {"BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "True"},
        check=True,
        capture_output=True,
    )
    (built,) = (home / "bentos" / "traffic-signs").glob("*/bento.yaml")
    return built.parent


def test_it_holds_the_service_its_imports_the_models_and_nothing_else(bento: Path) -> None:
    files = {f.relative_to(bento).as_posix() for f in bento.rglob("*") if f.is_file()}
    models = {"models/model.onnx", "models/detector.onnx"}
    assert files - ADDED == {f"src/{name}" for name in needed() | models}
    added = sum((bento / f).stat().st_size for f in files & ADDED)
    assert added < MAX_ADDED


def test_its_requirements_are_pinned_and_without_the_pipeline(bento: Path) -> None:
    lines = (bento / "env/python/requirements.txt").read_text().split("\n")
    names = {line.split("==")[0] for line in lines if line}
    assert {"bentoml", "numpy", "onnxruntime", "pillow"} <= names
    assert not {"torch", "torchvision", "dvc", "datasets", "pandas", "streamlit"} & names
    for line in filter(None, lines):
        assert re.fullmatch(r"[a-z0-9.-]+==[^ ;]+( ?;.*)?", line), line


def test_they_are_what_uv_exports() -> None:
    """After a change in pyproject.toml, run the command again with `-o deploy/requirements.txt`."""
    command = (
        "uv export -q --no-default-groups --extra serve --no-hashes --no-annotate --no-header"
        " --no-emit-project"
    )
    done = subprocess.run(command.split(), cwd=ROOT, check=True, capture_output=True, text=True)
    assert (ROOT / "deploy" / "requirements.txt").read_text() == done.stdout


def test_its_image_has_no_compiler(bento: Path) -> None:
    info = yaml.safe_load((bento / "bento.yaml").read_text())
    assert info["image"]["base_image"] == "python:3.11-slim"
    assert info["image"]["commands"] == []


def test_its_image_runs_as_any_user(bento: Path) -> None:
    """Platforms choose one that has no home; BentoML cannot start without a folder to write to."""
    recipe = (bento / "env/docker/Dockerfile").read_text()
    homes = re.findall(r"^(?:ENV|ARG) BENTOML_HOME=(.+)$", recipe, re.MULTILINE)
    assert homes[-2:] == ["/tmp/bentoml", "$BENTOML_HOME"]
