"""INT8 by static quantization: QDQ, uint8 activations, int8 weights per channel."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import ModelProto
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

BATCH = 64
QUANTIZED_OPS = [
    *("Conv", "Relu", "Add", "Gemm", "MatMul"),  # Relu: else each is a node of its own
    *("MaxPool", "AveragePool", "GlobalAveragePool"),
]

Inputs = dict[str, npt.NDArray[Any]]


class _Reader(CalibrationDataReader):
    def __init__(self, batches: Iterable[Inputs]) -> None:
        self._batches = iter(batches)

    def get_next(self) -> Inputs | None:
        return next(self._batches, None)


def to_int8(proto: ModelProto, images: npt.NDArray[np.uint8]) -> ModelProto:
    """Quantize an exported recognizer.

    Args:
        proto: what `to_onnx` returned.
        images: uint8[N, S, S, 3], N > 0, training images that the ranges are measured on.
    """
    batches = ({"images": batch} for batch in np.array_split(images, -(-len(images) // BATCH)))
    return quantize(proto, batches, _before_network)


def quantize(
    proto: ModelProto,
    batches: Iterable[Inputs],
    excluded: Callable[[ModelProto], Sequence[str]],
    operators: Sequence[str] = QUANTIZED_OPS,
) -> ModelProto:
    """Quantize a graph.

    Unsigned activations with signed weights (U8S8), since signed activations are slow on x86.

    Args:
        proto: of FP32.
        batches: of its inputs, that the ranges are measured on; one at least.
        excluded: the names of the nodes that stay as they are, of the graph that is quantized: as
            `proto`, with batch normalization folded.
        operators: that are quantized.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, prepared, target = (Path(folder) / f"{n}.onnx" for n in ("fp32", "ready", "int8"))
        onnx.save(proto, source)
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            target,
            _Reader(batches),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(operators),
            per_channel=True,
            nodes_to_exclude=list(excluded(onnx.load(prepared))),
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            reduce_range=True,  # 7 bits: without VNNI, sums of two 8-bit products overflow 16 bits
            # Logits of 256 levels would tie, and blur what is known.
            extra_options={"OpTypesToExcludeOutputQuantization": ["Gemm"]},
        )
        return onnx.load(target)


def _before_network(proto: ModelProto) -> list[str]:
    """The nodes that lead to the network proper: normalization, and where there is one, a new crop.

    256 levels are too few for a variance, and for where to crop. A crop is sampled by the only
    products of two computed matrices.
    """
    nodes, computed = proto.graph.node, {o for node in proto.graph.node for o in node.output}
    makers = {output: node for node in nodes for output in node.output}
    sampling = [n for n in nodes if n.op_type == "MatMul" and computed.issuperset(n.input)]
    first = next(n for n in nodes if n.op_type == "Conv")
    waiting = [name for node in sampling for name in node.output] or list(first.input)
    found = []
    while waiting:
        node = makers.pop(waiting.pop(), None)
        if node is not None:
            found.append(node.name)
            waiting += node.input
    return found
