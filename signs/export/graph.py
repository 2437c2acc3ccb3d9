"""From a trained network to an ONNX graph, and the check that it computes the same."""

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import torch
from onnx import ModelProto
from onnx.helper import make_node
from torch import Tensor, nn

from signs.catalog.label_space import LabelSpace
from signs.export.calibration import Calibration, outputs
from signs.export.onnx_file import strip_local_paths
from signs.export.opset import lower_opset
from signs.networks.architectures import Network
from signs.networks.forward import as_input, predict_logits

EXPORTED_OPSET = 18  # the lowest that torch's exporter writes; `lower_opset` goes on from there
CHECKED_BATCHES = (1, 2, 7)

Floats = npt.NDArray[np.float32]


class ServedNetwork(nn.Module):
    """What is exported of torch: everything between the preprocessed image and the logits.

    Args:
        model: a `Network`, or what takes and returns the same.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> Tensor:
        """uint8[N, S, S, 3] -> logits float[N, O]."""
        return self.model(as_input(images))


def to_onnx(model: nn.Module, image_size: int) -> ModelProto:
    """Export a network up to its output `logits`, with a dynamic batch size.

    The same weights give the same bytes. Opset and IR version are as low as its operators allow.
    """
    served = ServedNetwork(model).eval()
    example = torch.zeros(2, image_size, image_size, 3, dtype=torch.uint8)
    program = torch.onnx.export(
        served,
        (example,),
        dynamo=True,
        external_data=False,
        opset_version=EXPORTED_OPSET,
        input_names=["images"],
        output_names=["logits"],
        dynamic_shapes={"images": {0: torch.export.Dim("N", min=1)}},
        verbose=False,
    )
    assert program is not None
    proto: ModelProto = program.model_proto
    strip_local_paths(proto)
    return lower_opset(proto)


def with_outputs(
    proto: ModelProto,
    label_space: LabelSpace,
    calibration: Calibration = Calibration(),  # noqa: B008 - frozen
) -> ModelProto:
    """A copy of what `to_onnx` made that answers `probabilities` and `known` in place of logits."""
    served = ModelProto()
    served.CopyFrom(proto)
    graph = served.graph
    constants = {
        "first": np.array([0]),
        "classes": np.array([len(label_space)]),
        "axis": np.array([1]),
        "temperature": np.array(calibration.temperature, np.float32),
    }
    graph.node.extend(
        [
            make_node("Slice", ["logits", "first", "classes", "axis"], ["class_logits"]),
            make_node("Div", ["class_logits", "temperature"], ["scaled"]),
            make_node("Softmax", ["scaled"], ["probabilities"], axis=1),
        ]
    )
    if label_space.has_negatives:
        constants |= {
            "all": np.array([label_space.num_outputs]),
            "slope": np.array(calibration.slope, np.float32),
            "offset": np.array(calibration.offset, np.float32),
        }
        graph.node.extend(_known_from_margin(proto))
    else:
        graph.node.append(_largest(proto, "probabilities", "known_column"))
    graph.node.append(make_node("Squeeze", ["known_column", "axis"], ["known"]))
    for name, value in constants.items():
        graph.initializer.append(onnx.numpy_helper.from_array(value, name))
    batch = graph.output[0].type.tensor_type.shape.dim[0].dim_param
    del graph.output[:]
    for name, shape in (("probabilities", [batch, len(label_space)]), ("known", [batch])):
        kind = onnx.TensorProto.FLOAT
        graph.output.append(onnx.helper.make_tensor_value_info(name, kind, shape))
    onnx.checker.check_model(served, full_check=True)
    return served


def _known_from_margin(proto: ModelProto) -> list[onnx.NodeProto]:
    """The nodes of `signs.export.calibration.margins` and the logistic curve over it."""
    return [
        make_node("Slice", ["logits", "classes", "all", "axis"], ["negative_logit"]),
        _largest(proto, "class_logits", "largest_logit"),
        make_node("Sub", ["largest_logit", "negative_logit"], ["margin"]),
        make_node("Mul", ["margin", "slope"], ["sloped"]),
        make_node("Add", ["sloped", "offset"], ["log_odds"]),
        make_node("Sigmoid", ["log_odds"], ["known_column"]),
    ]


def _largest(proto: ModelProto, of: str, name: str) -> onnx.NodeProto:
    """The largest value of each row: the axis is an attribute before opset 18, then an input."""
    if proto.opset_import[0].version < 18:
        return make_node("ReduceMax", [of], [name], axes=[1], keepdims=1)
    return make_node("ReduceMax", [of, "axis"], [name], keepdims=1)


def run_onnx(
    proto: ModelProto, images: npt.NDArray[np.uint8], batch_size: int = 256
) -> list[Floats]:
    """Run uint8[N, S, S, 3], N > 0, through onnxruntime on the CPU.

    Returns:
        The outputs of `proto`: logits float32[N, O], or, after `with_outputs`, probabilities
        float32[N, K] and known float32[N].
    """
    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    batches = [
        session.run(None, {"images": images[start : start + batch_size]})
        for start in range(0, len(images), batch_size)
    ]
    return [np.concatenate(parts) for parts in zip(*batches, strict=True)]


def parity(
    proto: ModelProto,
    model: Network,
    label_space: LabelSpace,
    calibration: Calibration,
    images: npt.NDArray[np.uint8],
) -> float:
    """The largest difference of an output between onnxruntime and torch, at batch 1, 2 and 7.

    Args:
        label_space, calibration: those of `proto`.
        images: uint8[N, S, S, 3], N > 0; the batches are spread over all of them.

    Returns:
        The difference, NaN where either side answers NaN.
    """
    worst = 0.0
    for count in CHECKED_BATCHES:
        batch = images[np.linspace(0, len(images) - 1, count).astype(int)]
        logits = torch.from_numpy(predict_logits(model, batch))
        expected = outputs(logits, label_space, calibration)
        for ours, theirs in zip(run_onnx(proto, batch), expected, strict=True):
            worst = np.maximum(worst, np.abs(ours - theirs.numpy()).max())  # keeps a NaN
    return float(worst)
