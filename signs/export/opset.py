"""Opset and IR version as low as a graph's operators allow: older runtimes load it too."""

import onnx
from onnx import ModelProto, version_converter

LOWEST = 13  # quantization per channel begins there
# Attributes that newer opsets added, and that say nothing where they have these values. (A graph of
# ours reshapes to no side of 0, the only case in which `allowzero` has a meaning.)
SAY_NOTHING = {"noop_with_empty_axes": 0, "allowzero": 1}


def lower_opset(proto: ModelProto) -> ModelProto:
    """A graph of opset 18 in the lowest opset, from `LOWEST` on, that has its operators.

    The converter of onnx goes down to 15. Below, it refuses operators of which newer versions only
    take more types; there, the number alone is lowered, and onnx's checker says whether each node
    is valid. That the outputs stay the same is for the parity check of the export to say.

    Raises:
        onnx.checker.ValidationError: the graph is not valid in any of them.
    """
    plain = ModelProto()
    plain.CopyFrom(proto)
    for node in plain.graph.node:
        for attribute in list(node.attribute):
            if attribute.i <= SAY_NOTHING.get(attribute.name, -1):
                node.attribute.remove(attribute)
    lowered = version_converter.convert_version(plain, 15)
    for version in range(LOWEST, 16):
        candidate = _relabeled(lowered, version)
        try:
            onnx.checker.check_model(candidate, full_check=True)
        except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError):
            continue
        return candidate
    candidate = _relabeled(proto, proto.opset_import[0].version)
    onnx.checker.check_model(candidate, full_check=True)
    return candidate


def _relabeled(proto: ModelProto, version: int) -> ModelProto:
    copied = ModelProto()
    copied.CopyFrom(proto)
    copied.opset_import[0].version = version
    copied.ir_version = onnx.helper.find_min_ir_version_for(copied.opset_import)
    return copied
