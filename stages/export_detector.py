"""Ship the detector: its checkpoint -> models/detector.onnx, scored on validation."""

import math

import numpy as np

from signs.errors import SignsError, one_line_errors
from signs.export.detection.candidates import (
    DetectorCandidate,
    parity,
    precisions,
    reasons_against,
    score,
)
from signs.export.detection.graph import convolutions, finished
from signs.export.detection.quantize import to_int8
from signs.export.onnx_file import save_onnx
from signs.files import write_json
from signs.networks.detector_checkpoint import load_detector
from signs.params import load_params
from signs.pictures.decoding import decode
from signs.records.packed_scenes import PackedScenes
from stages.paths import (
    DETECTOR,
    DETECTOR_CHECKPOINT,
    DETECTOR_FP32,
    METRICS,
    SCENES_TRAIN,
    SCENES_VAL,
)

# Between onnxruntime and torch: of a score, and of a side of a box in pixels.
MAX_PARITY = (1e-4, 0.1)


def main() -> None:
    params = load_params("detector.export").detector.export
    train, val = PackedScenes.load(SCENES_TRAIN), PackedScenes.load(SCENES_VAL)
    model, record = load_detector(DETECTOR_CHECKPOINT)
    body = convolutions(model)
    fp32 = score("fp32", body, record, val, params)
    differences = parity(finished(body), model, val)
    if not all(one <= most for one, most in zip(differences, MAX_PARITY, strict=True)):
        raise SignsError(
            "the exported detector differs from torch by {:.2g} in a score and by {:.2g} pixels: "
            "report it with your versions of torch and onnx".format(*differences)
        )
    served: DetectorCandidate = fp32
    int8 = None
    if params.precision == "int8":
        rows = np.random.default_rng(0).permutation(len(train))
        ranges, rest = np.split(rows, [params.range_scenes])
        images = (np.asarray(decode(train.scenes[row].data)) for row in ranges)
        int8 = score("int8", to_int8(body, images), record, val, params)
        # What INT8 loses on scenes that trained the network says as much, and validation has few.
        compared = joined(val, train.take(rest[: params.limit_scenes]))
        reasons = reasons_against(precisions(fp32, compared), precisions(int8, compared), params)
        served = fp32 if reasons else int8
        print("; ".join([*reasons, f"{served.info.precision} ships"]))
    save_onnx(fp32.proto, fp32.info, DETECTOR_FP32)
    save_onnx(served.proto, served.info, DETECTOR)
    write_json(
        METRICS / "export_detector.json",
        {
            "precision": served.info.precision,
            "opset": served.proto.opset_import[0].version,
            "bytes": DETECTOR.stat().st_size,
            "score_parity": differences[0],
            "box_parity": differences[1],
            **metrics_of("", served),
            **metrics_of("fp32_", fp32),
            **metrics_of("int8_", int8),
        },
    )
    print(
        f"{DETECTOR}: version {served.info.version}, {DETECTOR.stat().st_size / 1e6:.2f} MB, "
        f"validation AP50 of any sign {served.info.ap50:.4f}"
    )


def joined(val: PackedScenes, more: PackedScenes) -> PackedScenes:
    """Validation scenes, and after them some others."""
    groups = np.concatenate([val.groups, more.groups])
    return PackedScenes((*val.scenes, *more.scenes), groups, val.source, val.label_space)


def metrics_of(prefix: str, file: DetectorCandidate | None) -> dict[str, float | None]:
    """Entries of the metrics; None where validation has no sign, or where there is no such file."""
    values = (math.nan, math.nan) if file is None else (file.info.ap50, file.ap75)
    return {
        f"{prefix}val_{name}": None if math.isnan(value) else value
        for name, value in zip(("ap50", "ap75"), values, strict=True)
    }


if __name__ == "__main__":
    with one_line_errors():
        main()
