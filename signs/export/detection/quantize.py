"""INT8 of a detector's convolutions."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from onnx import ModelProto
from onnxruntime.quantization import CalibrationMethod

from signs.export.quantize import QUANTIZED_OPS, quantize
from signs.networks.detector import MULTIPLE, SCALE, ZERO


def to_int8(body: ModelProto, images: Iterable[npt.NDArray[np.uint8]]) -> ModelProto:
    """Quantize what `convolutions` made.

    The heads stay as they are: their results are coordinates and log-odds.

    Args:
        images: uint8[H, W, 3] each, training scenes that the ranges are measured on.
    """
    joined = next(node for node in body.graph.node if "raw" in node.output)
    batches = ({"pixels": as_pixels(image)} for image in images)
    return quantize(
        body,
        batches,
        lambda prepared: [_maker_of(prepared, head) for head in joined.input],
        (*QUANTIZED_OPS, "Resize"),
        CalibrationMethod.Entropy,  # whole scenes have outliers, which would take most levels
    )


def as_pixels(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """A picture as the convolutions read it, cut to multiples of 32: float32[1, 3, H, W]."""
    height, width = (side // MULTIPLE * MULTIPLE for side in image.shape[:2])
    values = image[:height, :width].transpose(2, 0, 1)[None].astype(np.float32)
    return (values - ZERO) / np.float32(SCALE)


def _maker_of(proto: ModelProto, output: str) -> str:
    return next(node.name for node in proto.graph.node if output in node.output)
