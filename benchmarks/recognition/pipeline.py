"""A row of the comparison from our own pipeline: train, export, score the files."""

import time
from typing import Any

from benchmarks.recognition.files import Row, model_file
from benchmarks.recognition.scores import score
from benchmarks.leak import Cut
from signs.params import Params
from signs.networks.architectures import Network, count_parameters
from signs.networks.checkpoint import TrainingRecord, predict_logits
from signs.export.graph import run_onnx, save_onnx, to_onnx
from signs.training.loop import Trainer
from signs.training.resume import StateFile
from stages.export import Judges, calibrate, choose, describe, quantize


def measure(name: str, parts: Cut, params: Params, state_file: StateFile, int8: bool) -> Row:
    """Train on `parts`, export as the pipeline does, and score the files on the test photos.

    Args:
        name: of the row, and of its files.
        parts: "train" with pictures of none of the signs, "val", "negatives_val" and "test".
        params: with the sections train and export, and the architecture.
        int8: whether a quantized file is made too.

    Returns:
        The row, without machine and commit; "served" is what `export.precision: int8` would serve.

    Raises:
        SignsError: the loss is no longer finite.
    """
    model, kept, trace = train(parts, params, state_file)
    test = parts["test"]
    judges = Judges(parts["val"], parts["negatives_val"], test)
    plain = to_onnx(model, test.images.shape[1])
    candidates = [calibrate("fp32", plain, judges, params.export)]
    if int8:
        candidates.append(quantize(plain, parts["train"], judges, params.export))
    record = TrainingRecord(
        params.arch, test.images.shape[1], parts["train"].source, state_file.fingerprint, kept
    )
    files = {}
    for candidate in candidates:
        path = model_file(name, candidate.precision)
        save_onnx(candidate.proto, describe(candidate, record, test), path)
        probabilities, _ = run_onnx(candidate.proto, test.images)
        files[candidate.precision] = {
            "bytes": path.stat().st_size,
            "val_accuracy": candidate.val_accuracy,
            **score(probabilities, test),
        }
    served = choose(candidates[0], candidates[1] if int8 else None, params.export.max_drop)
    return {
        "parameters": count_parameters(model),
        "served": served.precision,
        "cpu_seconds": trace[-1]["cpu_seconds"],
        "wall_seconds": trace[-1]["wall_seconds"],
        "epochs": trace,
        "files": files,
    }


def train(
    parts: Cut, params: Params, state_file: StateFile
) -> tuple[Network, int, list[dict[str, Any]]]:
    """The best network by validation, its epoch, and after each epoch the seconds it took so far.

    CPU seconds are those of all threads together. With them goes the test accuracy of that epoch's
    network, to report how soon it gets where: nothing is chosen by it, it is not printed, and its
    seconds do not count.
    """
    trainer = Trainer(parts["train"], parts["val"], params.arch, params.train)
    trace: list[dict[str, Any]] = []
    if (state := state_file.load()) is not None:
        trainer.restore(state["trainer"])
        trace = state["trace"]
        print(f"{params.arch} goes on after epoch {len(trace)}", flush=True)
    cpu, wall = (trace[-1][f"{kind}_seconds"] if trace else 0.0 for kind in ("cpu", "wall"))
    while len(trace) < params.train.epochs:
        cpu_started, wall_started = time.process_time(), time.perf_counter()
        report = trainer.epoch()
        cpu += time.process_time() - cpu_started
        wall += time.perf_counter() - wall_started
        print(f"{params.arch}, {cpu:.0f} CPU s: {report}", flush=True)
        test = parts["test"]
        logits = predict_logits(trainer.averaged, test.images, size=report.image_size)
        trace.append(
            {
                "epoch": report.epoch,
                "image_size": report.image_size,
                "cpu_seconds": cpu,
                "wall_seconds": wall,
                "val_accuracy": report.val_accuracy,
                "test_accuracy": float((logits.argmax(axis=1) == test.labels).mean()),
            }
        )
        state_file.save({"trainer": trainer.state(), "trace": trace})
    model, report = trainer.best()
    return model, report.epoch, trace
