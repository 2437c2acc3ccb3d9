"""Ship it: models/checkpoint.pt -> models/model.onnx, calibrated on validation."""

import numpy as np

from signs.errors import SignsError, one_line_errors
from signs.export.candidates import NotFiniteError, calibrate, describe, reasons_against
from signs.export.graph import parity, to_onnx
from signs.export.onnx_file import save_onnx
from signs.export.quantize import to_int8
from signs.files import write_json
from signs.networks.checkpoint import load_checkpoint
from signs.params import load_params
from signs.records.packed import Packed
from stages.paths import CHECKPOINT, METRICS, MODEL, MODEL_FP32, NEGATIVES_VAL, TRAIN, VAL

MAX_PARITY = 1e-4  # of a probability, between onnxruntime and torch


def main() -> None:
    params = load_params("export").export
    val, negatives = Packed.load(VAL), Packed.load(NEGATIVES_VAL)
    model, record = load_checkpoint(CHECKPOINT)

    plain = to_onnx(model, record.image_size)
    fp32 = calibrate("fp32", plain, val, negatives, params.max_rejected)
    difference = parity(fp32.proto, model, val.label_space, fp32.calibration, val.images)
    if not difference <= MAX_PARITY:  # so that NaN is refused too
        raise SignsError(
            f"the exported file differs from torch by {difference:.2g} in a probability (at most "
            f"{MAX_PARITY}): try another arch, or report it with your versions of torch and onnx"
        )
    served, int8 = fp32, None
    if params.precision == "int8":
        images = some_images(params.range_images)
        try:
            int8 = calibrate("int8", to_int8(plain, images), val, negatives, params.max_rejected)
            reasons = reasons_against(fp32, int8, params)
        except NotFiniteError as error:
            reasons = [str(error)]
        served = fp32 if reasons or int8 is None else int8
        print("; ".join([*reasons, f"{served.precision} ships"]))
    save_onnx(fp32.proto, describe(fp32, record, val), MODEL_FP32)
    info = describe(served, record, val)
    save_onnx(served.proto, info, MODEL)
    write_json(
        METRICS / "export.json",
        {
            "precision": served.precision,
            "opset": served.proto.opset_import[0].version,
            "bytes": MODEL.stat().st_size,
            "parity": difference,
            "temperature": served.calibration.temperature,
            "threshold": served.threshold,
            "val_accuracy": served.accuracy,
            "val_known_auroc": served.known_auroc,
            "fp32_val_accuracy": fp32.accuracy,
            "int8_val_accuracy": int8.accuracy if int8 else None,
        },
    )
    print(
        f"{MODEL}: version {info.version}, {MODEL.stat().st_size / 1e6:.2f} MB, validation "
        f"accuracy {served.accuracy:.4f}"
    )


def some_images(count: int) -> np.ndarray:
    """Training images, uint8[N, S, S, 3], that INT8's ranges are measured on; at most `count`."""
    images = Packed.load(TRAIN).images
    return images[np.random.default_rng(0).permutation(len(images))[:count]]


if __name__ == "__main__":
    with one_line_errors():
        main()
