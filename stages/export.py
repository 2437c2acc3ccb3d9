"""Ship it: models/checkpoint.pt -> models/model.onnx, re-scored from the file itself."""

from dataclasses import dataclass

import numpy as np
import onnx

from signs.classes import CLASSES
from signs.errors import SignsError, one_line_errors
from signs.files import write_json
from signs.inference.calibration import fit_threshold
from signs.inference.drift import Reference, make_reference
from signs.inference.model_info import ModelInfo
from signs.packed import Packed
from signs.params import ExportParams, load_params
from signs.training.checkpoint import TrainingRecord, load_checkpoint
from signs.training.export import parity, run_onnx, save_onnx, to_onnx, with_outputs
from signs.training.known import Calibration, fit_calibration
from signs.training.quantize import to_int8
from stages.paths import CHECKPOINT, METRICS, MODEL, MODEL_FP32, OTHERS_VAL, TEST, TRAIN, VAL

MAX_PARITY = 1e-4  # of a probability, between onnxruntime and torch


@dataclass(frozen=True)
class Judges:
    """What a file is calibrated on (`val`, `others_val`) and scored on (`test`)."""

    val: Packed
    others_val: Packed
    test: Packed


@dataclass(frozen=True)
class Candidate:
    """A file that may be served, with what was measured of it."""

    precision: str
    proto: onnx.ModelProto
    calibration: Calibration
    threshold: float
    reference: Reference
    val_accuracy: float
    test_accuracy: float


def main() -> None:
    params = load_params("export").export
    train, test = Packed.load(TRAIN), Packed.load(TEST)
    judges = Judges(Packed.load(VAL), Packed.load(OTHERS_VAL), test)
    model, record = load_checkpoint(CHECKPOINT)

    plain = to_onnx(model, record.image_size)
    fp32 = calibrate("fp32", plain, judges, params)
    difference = parity(fp32.proto, model, fp32.calibration, test.images)
    if not difference <= MAX_PARITY:  # so that NaN is refused too
        raise SignsError(
            f"the exported file differs from torch by {difference:.2g} in a probability (at most "
            f"{MAX_PARITY}): try another arch, or report it with your versions of torch and onnx"
        )
    int8 = None
    if params.precision == "int8":
        int8 = quantize(plain, train, judges, params)
    served = choose(fp32, int8, params.max_drop)
    save_onnx(fp32.proto, describe(fp32, record, test), MODEL_FP32)
    save_onnx(served.proto, describe(served, record, test), MODEL)
    write_json(
        METRICS / "export.json",
        {
            "precision": served.precision,
            "onnx_accuracy": served.test_accuracy,
            "fp32_val_accuracy": fp32.val_accuracy,
            "int8_val_accuracy": int8.val_accuracy if int8 else None,
            "parity": difference,
            "temperature": served.calibration.temperature,
            "threshold": served.threshold,
            "bytes": MODEL.stat().st_size,
        },
    )
    print(
        f"{MODEL}: {served.precision}, {MODEL.stat().st_size / 1e6:.2f} MB, accuracy "
        f"{served.test_accuracy:.4f} on {test.source}"
    )


def calibrate(
    precision: str, plain: onnx.ModelProto, judges: Judges, params: ExportParams
) -> Candidate:
    """Fit calibration and threshold on validation for this very file, then score it."""
    val, test = judges.val, judges.test
    signs, others = (run_onnx(plain, p.images)[0] for p in (val, judges.others_val))
    calibration = fit_calibration(signs, val.labels, others)
    proto = with_outputs(plain, calibration)
    probabilities, known = run_onnx(proto, val.images)
    right = probabilities.argmax(axis=1) == val.labels
    threshold = fit_threshold(known, right, params.max_rejected)
    on_test, _ = run_onnx(proto, test.images)
    return Candidate(
        precision=precision,
        proto=proto,
        calibration=calibration,
        threshold=threshold,
        reference=make_reference(probabilities, known),
        val_accuracy=float(right.mean()),
        test_accuracy=float((on_test.argmax(axis=1) == test.labels).mean()),
    )


def quantize(
    plain: onnx.ModelProto, train: Packed, judges: Judges, params: ExportParams
) -> Candidate:
    """Make the INT8 file, its ranges measured on some training images, and `calibrate` it."""
    chosen = np.random.default_rng(0).permutation(len(train))[: params.calibration_images]
    return calibrate("int8", to_int8(plain, train.images[chosen]), judges, params)


def choose(fp32: Candidate, int8: Candidate | None, max_drop: float) -> Candidate:
    """Serve INT8 where there is one and it loses little enough of the validation accuracy."""
    if int8 is None:
        return fp32
    drop = fp32.val_accuracy - int8.val_accuracy
    served = int8 if drop <= max_drop else fp32
    print(
        f"int8 loses {drop:.4f} of validation accuracy, {max_drop} are allowed: "
        f"{served.precision} is served"
    )
    return served


def describe(candidate: Candidate, record: TrainingRecord, test: Packed) -> ModelInfo:
    """What the file says of itself."""
    return ModelInfo(
        arch=record.arch,
        image_size=record.image_size,
        class_names=tuple(c.name for c in CLASSES),
        stvo_numbers=tuple(c.stvo for c in CLASSES),
        data=record.data,
        test_data=test.source,
        fingerprint=record.fingerprint,
        precision=candidate.precision,
        temperature=candidate.calibration.temperature,
        threshold=candidate.threshold,
        accuracy=candidate.test_accuracy,
        reference=candidate.reference,
    )


if __name__ == "__main__":
    with one_line_errors():
        main()
