"""Detectors of folds: each is trained on four fifths of the scenes, cut by place."""

import json
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

from benchmarks import rows
from benchmarks.rows import ROOT, MadeOf, Row, machine
from signs.art.drawings import GTSRB_DRAWINGS
from signs.catalog.gtsrb import GTSRB
from signs.data.scenes.open import open_scenes
from signs.data.scenes.pack import pack_scenes
from signs.export.detection.candidates import score
from signs.export.detection.graph import convolutions
from signs.export.detection.quantize import to_int8
from signs.export.onnx_file import save_onnx
from signs.files import write_json
from signs.networks.detector_checkpoint import DetectorRecord, load_detector, save_detector
from signs.networks.weights import count_parameters
from signs.params import DetectorParams
from signs.pictures.decoding import decode
from signs.records.packed_scenes import PackedScenes
from signs.splitting.places import cut_scenes, folds_of, infer_places
from signs.training.detection.loop import DetectorEpoch, fit_detector
from signs.training.resume import StateFile

WORK = ROOT / "models" / "scenes"  # ignored by git: a folder for each detector
FOLDS = 5
EPOCHS = 60  # with real scenes
LEARNING = (
    "signs/networks/detector.py", "signs/training/detection", "signs/training/ema.py",
    "signs/training/optimizer.py", "signs/splitting/places.py",
)  # fmt: skip


def params_for(seed: int) -> dict[str, Any]:
    """The section `detector` of `params.yaml` for a row."""
    content = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    params: dict[str, Any] = content["detector"]
    params["train"] |= {"epochs": EPOCHS, "seed": seed, "device": "cpu"}
    params["split"] |= {"test_fraction": 1 / FOLDS}
    return params


def read_scenes(source: str) -> PackedScenes:
    """All scenes of a source, with the places that they show."""
    params = DetectorParams.model_validate(params_for(seed=0))
    opened = open_scenes(source, params.data, GTSRB_DRAWINGS)
    packed = pack_scenes(opened.parts["train"](), opened.name, GTSRB, max_unreadable=0).scenes
    return PackedScenes(packed.scenes, infer_places(packed.scenes), packed.source, GTSRB)


def cut(scenes: PackedScenes, fold: int, params: DetectorParams) -> dict[str, PackedScenes]:
    """The parts "train", "val" and "test" of a fold; "test" is the fold."""
    folds = folds_of(scenes.groups, FOLDS, seed=0)
    test = scenes.take(np.flatnonzero(folds == fold))
    return cut_scenes(scenes.take(np.flatnonzero(folds != fold)), {"test": test}, params.split)


def folder_of(fold: int, seed: int) -> Path:
    """Where a detector lies, as detector.onnx and detector_fp32.onnx."""
    return WORK / f"fold-{fold}-seed-{seed}"


def checkpoint_key(data: str, seed: int) -> str:
    """Digests of all that decides a checkpoint, but for the processor that trains it.

    Args:
        data: the digest of the scenes.
    """
    params = {name: params_for(seed)[name] for name in ("data", "split", "train")}
    for name in ("device", "precision"):
        del params["train"][name]
    return data + rows.code(*LEARNING)["code"] + rows.params(params)["params"]


def train(scenes: PackedScenes, fold: int, seed: int, made_of: MadeOf) -> Row:
    """Train and export a fold's detector, unless a checkpoint of it is there already.

    A training that was stopped goes on after its last epoch; its seconds are those of the epochs
    done since, scaled to all. A training on another machine that ends in the same folder counts as
    well: `cost.json` says where it was.

    Args:
        made_of: what the row will be made of; a checkpoint of other data, params, or code of the
            training does not count.
    """
    params = DetectorParams.model_validate(params_for(seed))
    folder = folder_of(fold, seed)
    folder.mkdir(parents=True, exist_ok=True)
    key = checkpoint_key(made_of["data"], seed)
    parts = cut(scenes, fold, params)
    state_file = StateFile(folder / "resume", key)
    checkpoint = folder / f"checkpoint-{key}.pt"
    started = _times()
    if not checkpoint.is_file():
        with state_file.only_one():
            state = state_file.load()
            before = len(state["reports"]) if state else 0
            model, _ = fit_detector(
                parts["train"],
                parts["val"],
                params.train,
                on_epoch=_print,
                state=state,
                on_state=state_file.save,
            )
            record = DetectorRecord(GTSRB, f"folds other than {fold} of {scenes.source}", key)
            share = (params.train.epochs - before) / params.train.epochs
            write_json(folder / "cost.json", _cost((_times() - started) / share))
            save_detector(checkpoint, model, record)
            state_file.remove()
    model, record = load_detector(checkpoint)
    body = convolutions(model)
    images = [decode(scene.data) for scene in parts["train"].scenes[: params.export.range_scenes]]
    bodies = {
        "fp32": body,
        "int8": to_int8(body, (np.asarray(image) for image in images)),
    }
    row: Row = {"fold": fold, "seed": seed, "parameters": count_parameters(model)}
    row |= {"epochs": params.train.epochs}
    row |= json.loads((folder / "cost.json").read_text(encoding="utf-8"))
    for precision, name in (("fp32", "detector_fp32"), ("int8", "detector")):
        candidate = score(precision, bodies[precision], record, parts["val"], params.export)
        save_onnx(candidate.proto, candidate.info, folder / f"{name}.onnx")
        row[f"{precision}_bytes"] = (folder / f"{name}.onnx").stat().st_size
        row[f"{precision}_val_ap50"] = candidate.info.ap50
        row[f"{precision}_val_ap75"] = candidate.ap75
    return row


def _print(report: DetectorEpoch) -> None:
    print(f"  epoch {report.epoch}: loss {report.train_loss:.3f}, val {report.val_loss:.3f}")


def _cost(seconds: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Row:
    """What a training took, and where."""
    cpu, wall = seconds.tolist()
    cost: Row = {"cpu_seconds": cpu, "wall_seconds": wall, "threads": torch.get_num_threads()}
    return cost | {"trained_on": machine()}


def _times() -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Seconds of this process on all processors, and on the wall."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return np.array([usage.ru_utime + usage.ru_stime, time.perf_counter()])
