"""A row of the comparison from our own pipeline: train, export, score the files."""

import time
from typing import Any

import numpy as np

from benchmarks.comparison.files import model_file, save_model
from benchmarks.comparison.scores import score
from benchmarks.leak import Cut
from signs.params import Params
from signs.training.architectures import Recognizer, count_parameters
from signs.training.checkpoint import predict_logits
from signs.training.export import run_onnx, to_onnx
from signs.training.loop import Trainer
from signs.training.quantize import to_int8
from signs.training.resume import StateFile
from stages.export import calibrate, choose


def measure(name: str, parts: Cut, params: Params, state_file: StateFile, int8: bool) -> Any:
    """Train on `parts`, export, and score the files on the test photos.

    Args:
        name: of the row, and of its files.
        parts: "train", "val" and "test".
        params: with the sections train and export, and the architecture.
        int8: whether a quantized file is made too.
    """
    model, trace = train(parts, params, state_file)
    plain = to_onnx(model, parts["test"].images.shape[1])
    candidates = [calibrate("fp32", plain, parts["val"], parts["test"], params.export)]
    if int8:
        count, images = params.export.calibration_images, parts["train"].images
        chosen = np.random.default_rng(0).permutation(len(images))[:count]
        quantized = to_int8(plain, images[chosen])
        candidates.append(calibrate("int8", quantized, parts["val"], parts["test"], params.export))
        choose(candidates[0], candidates[1], params.export.max_drop)
    files = {}
    for candidate in candidates:
        save_model(candidate.proto, path := model_file(name, candidate.precision))
        probabilities, _ = run_onnx(candidate.proto, parts["test"].images)
        scores = score(probabilities, parts["test"])
        files[candidate.precision] = {
            "bytes": path.stat().st_size,
            "val_accuracy": candidate.val_accuracy,
            **scores,
        }
    return {
        "parameters": count_parameters(model),
        "cpu_seconds": trace[-1]["cpu_seconds"],
        "wall_seconds": trace[-1]["wall_seconds"],
        "epochs": trace,
        "files": files,
    }


def train(
    parts: Cut, params: Params, state_file: StateFile
) -> tuple[Recognizer, list[dict[str, Any]]]:
    """The network that validation keeps, and after each epoch the seconds of all cores together.

    With them goes the test accuracy that the network of that epoch would have, to report how soon
    it gets where; nothing is chosen by it, and its seconds do not count.
    """
    trainer = Trainer(parts["train"], parts["val"], params.arch, params.train)
    trace: list[dict[str, Any]] = []
    if (state := state_file.load()) is not None:
        trainer.restore(state["trainer"])
        trace = state["trace"]
    seconds = trace[-1]["cpu_seconds"] if trace else 0.0
    wall = trace[-1]["wall_seconds"] if trace else 0.0
    while len(trace) < params.train.epochs:
        started, wall_started = time.process_time(), time.perf_counter()
        report = trainer.epoch(lambda *_: None)
        seconds += time.process_time() - started
        wall += time.perf_counter() - wall_started
        test = parts["test"]
        logits = predict_logits(trainer.averaged, test.images, size=report.image_size)
        trace.append(
            {
                "epoch": report.epoch,
                "image_size": report.image_size,
                "cpu_seconds": seconds,
                "wall_seconds": wall,
                "val_accuracy": report.val_accuracy,
                "test_accuracy": float((logits.argmax(axis=1) == test.labels).mean()),
            }
        )
        state_file.save({"trainer": trainer.state(), "trace": trace})
        print(trace[-1], flush=True)
    model, _ = trainer.kept()
    return model, trace
