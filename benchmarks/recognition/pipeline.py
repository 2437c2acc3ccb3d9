"""Rows of our own pipeline: its stages, run as commands in a folder with params of its own."""

import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import yaml
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.recognition.scores import score
from benchmarks.rows import ROOT, MadeOf, Values
from signs.errors import SignsError
from signs.files import write_json, write_text
from signs.networks.architectures import Network, build, count_parameters
from signs.records.packed import Packed
from signs.training.fingerprint import fingerprint

WORK = ROOT / "models" / "recognition"  # ignored by git: a folder for each row, and the photos
PHOTOS = WORK / "photos"
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


def measure(name: str, source: str, photos_made_of: MadeOf) -> Values:
    """Train and export as a row's recipe says, and score the files on the test photos.

    A training that was stopped goes on after its last epoch; its seconds are then unknown.

    Args:
        photos_made_of: what the packed photos rest on; they are packed again where it changed.

    Raises:
        SignsError: a stage failed.
    """
    recipe, folder = RECIPES[name], WORK / name
    pack_photos(source, photos_made_of)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "data").is_symlink():
        (folder / "data").symlink_to(PHOTOS / "data")
    write_text(folder / "params.yaml", yaml.safe_dump(params_for(recipe, source)))
    whole = not any((folder / ".resume").glob("*.pt"))
    cpu, wall = run_stage("train", folder)
    run_stage("export", folder)
    test = Packed.load(folder / "data" / "test.npz")
    network = build(recipe.arch, test.label_space.num_outputs)
    return {
        "parameters": count_parameters(network),
        "multiply_adds": multiply_adds(network, test.images.shape[1]),
        "epochs": recipe.epochs,
        "cpu_seconds": cpu if whole else None,
        "wall_seconds": wall if whole else None,
        "files": {precision: score(path, test) for precision, path in files_of(name).items()},
    }


def pack_photos(source: str, made_of: MadeOf) -> None:
    """The stages `download` and `split`, once for all rows."""
    stamp = PHOTOS / "made_of.json"
    digest = {"digest": fingerprint([], dict(made_of))}
    if stamp.is_file() and digest["digest"] in stamp.read_text(encoding="utf-8"):
        return
    shutil.rmtree(PHOTOS, ignore_errors=True)
    PHOTOS.mkdir(parents=True)
    params = params_for(Recipe("signnet"), source)
    write_text(PHOTOS / "params.yaml", yaml.safe_dump(params))
    for stage in ("download", "split"):
        run_stage(stage, PHOTOS)
    write_json(stamp, digest)


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


def files_of(name: str) -> dict[str, Path]:
    """The model files of a row that are on this machine, by precision."""
    fp32, served = (WORK / name / "models" / f"{file}.onnx" for file in ("model_fp32", "model"))
    found = {"fp32": fp32} if fp32.is_file() else {}
    if served.is_file() and fp32.is_file() and served.read_bytes() != fp32.read_bytes():
        found["int8"] = served
    return found


def multiply_adds(model: Network, size: int) -> int:
    """Of one image of that side, in pixels: those of convolutions and matrix products.

    Leaves the network in evaluation mode.
    """
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        model.eval()(torch.zeros(1, 3, size, size))
    return counter.get_total_flops() // 2
