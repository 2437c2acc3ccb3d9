"""INT8 of a detector's convolutions."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from onnx import ModelProto

from signs.export.quantize import QUANTIZED_OPS, quantize
from signs.networks.detector import MULTIPLE, SCALE, ZERO


def to_int8(body: ModelProto, images: Iterable[npt.NDArray[np.uint8]]) -> ModelProto:
    """Quantize what `convolutions` made.

    The heads stay as they are, since their results are coordinates and log-odds. So do the first
    convolution and all sums, which cost boxes the most precision and take no longer in float.

    Args:
        images: uint8[H, W, 3] each, training scenes that the ranges are measured on.
    """
    joined = next(node for node in body.graph.node if "raw" in node.output)
    sums = [node for node in body.graph.node if node.op_type == "Add"]
    first = next(node for node in body.graph.node if node.op_type == "Conv")
    kept = [*joined.input, first.output[0], *(node.output[0] for node in sums)]
    batches = ({"pixels": as_pixels(image)} for image in images)
    return quantize(
        body,
        batches,
        lambda prepared: [_maker_of(prepared, output) for output in kept],
        (*QUANTIZED_OPS, "Resize"),
    )


def as_pixels(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """A picture as the convolutions read it, cut to multiples of 32: float32[1, 3, H, W]."""
    height, width = (side // MULTIPLE * MULTIPLE for side in image.shape[:2])
    values = image[:height, :width].transpose(2, 0, 1)[None].astype(np.float32)
    return (values - ZERO) / np.float32(SCALE)


def _maker_of(proto: ModelProto, output: str) -> str:
    return next(node.name for node in proto.graph.node if output in node.output)
