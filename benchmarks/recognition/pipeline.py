"""Rows of our own pipeline: its stages, run as commands in a folder with params of its own."""

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.recognition.scores import score
from benchmarks.rows import ROOT, MadeOf, Row
from signs.errors import SignsError
from signs.files import write_text
from signs.inference.recognizer import Recognizer
from signs.networks.architectures import build
from signs.networks.weights import count_parameters
from signs.records.packed import Packed

WORK = ROOT / "models" / "recognition"  # ignored by git: a folder for each row, and the photos
ADD_DRAWN = 200  # images of each sign, beside the photos


@dataclass(frozen=True)
class Recipe:
    """How a row differs from `params.yaml`."""

    arch: str
    seed: int = 0
    epochs: int = 24


RECIPES = {
    **{f"signnet-{seed}": Recipe("signnet", seed) for seed in (0, 1, 2)},
    "mobilenet_v3_small": Recipe("mobilenet_v3_small"),
    "mobilenet_v3_large": Recipe("mobilenet_v3_large"),
    "resnet18": Recipe("resnet18", epochs=6),  # each takes as long as four of signnet's
}


def params_for(recipe: Recipe, source: str = "") -> dict[str, Any]:
    """The content of `params.yaml` for a row.

    Args:
        source: the folder of photos; left out, params do not tell where it lies.
    """
    params: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    params["arch"] = recipe.arch
    params["data"] |= {"source": source and str(Path(source).resolve()), "add_drawn": ADD_DRAWN}
    params["train"] |= {"seed": recipe.seed, "epochs": recipe.epochs, "device": "cpu"}
    params["export"]["precision"] = "int8" if recipe.arch == "signnet" else "fp32"
    return params


def measure(name: str, source: str, made_of: MadeOf) -> Row:
    """Train and export as a row's recipe says, and score the files on the test photos.

    A training that was stopped goes on after its last epoch; its seconds are then unknown.

    Args:
        made_of: what the row will be made of; where code or data changed, photos are packed again.

    Raises:
        SignsError: a stage failed.
    """
    recipe, folder = RECIPES[name], WORK / name
    packed = pack_photos(source, f"{made_of['data']}-{made_of['code']}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data").unlink(missing_ok=True)
    (folder / "data").symlink_to(packed)
    write_text(folder / "params.yaml", yaml.safe_dump(params_for(recipe, source)))
    whole = not any((folder / ".resume").glob("*.pt"))
    cpu, wall = run_stage("train", folder)
    run_stage("export", folder)
    test = Packed.load(packed / "test.npz")
    files = {"fp32": folder / "models" / "model_fp32.onnx"}
    if Recognizer(served := folder / "models" / "model.onnx").info.precision == "int8":
        files["int8"] = served
    network = build(recipe.arch, test.label_space.num_outputs)
    return {
        "parameters": count_parameters(network),
        "epochs": recipe.epochs,
        "cpu_seconds": cpu if whole else None,
        "wall_seconds": wall if whole else None,
        "files": {precision: score(path, test) for precision, path in files.items()},
    }


def pack_photos(source: str, key: str) -> Path:
    """Run the stages `download` and `split`, once for all rows of one key; return their folder."""
    folder = WORK / f"photos-{key}"
    if not (folder / "metrics" / "split.json").is_file():  # the last that `split` writes
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / "params.yaml", yaml.safe_dump(params_for(Recipe("signnet"), source)))
        run_stage("download", folder)
        run_stage("split", folder)
    return folder / "data"


def run_stage(name: str, folder: Path) -> tuple[float, float]:
    """Run a stage in a folder; return the seconds it took of all processors, and on the wall.

    Raises:
        SignsError: it failed; it has said why.
    """
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", f"stages.{name}"]
    if subprocess.run(command, cwd=folder, env=environment, check=False).returncode:
        raise SignsError(f"the stage {name} failed in {folder}: it said why above")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return cpu, time.perf_counter() - started
