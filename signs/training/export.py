"""From a trained network to ONNX, and the checks that it is still the same."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import torch
from onnx import ModelProto
from torch import Tensor, nn

from signs.classes import NUM_CLASSES, NUM_OUTPUTS
from signs.files import atomic_path
from signs.inference.model_info import ModelInfo
from signs.training.architectures import Recognizer
from signs.training.checkpoint import as_input, predict_outputs
from signs.training.known import Calibration, outputs

OPSET = 20
CHECKED_BATCHES = (1, 2, 7)

Floats = npt.NDArray[np.float32]


class ServedNetwork(nn.Module):
    """What is exported of torch: everything between the preprocessed image and the logits.

    Args:
        model: a `Recognizer`, or what takes and returns the same.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> Tensor:
        """uint8[N, S, S, 3] -> logits float[N, NUM_OUTPUTS]."""
        return self.model(as_input(images))


def to_onnx(model: nn.Module, image_size: int) -> ModelProto:
    """Export a network up to its output `logits`, with a dynamic batch size.

    The same weights give the same bytes.
    """
    served = ServedNetwork(model).eval()
    example = torch.zeros(2, image_size, image_size, 3, dtype=torch.uint8)
    program = torch.onnx.export(
        served,
        (example,),
        dynamo=True,
        external_data=False,
        opset_version=OPSET,
        input_names=["images"],
        output_names=["logits"],
        dynamic_shapes={"images": {0: torch.export.Dim("N", min=1)}},
        verbose=False,
    )
    assert program is not None
    proto: ModelProto = program.model_proto
    _strip_local_paths(proto)
    onnx.checker.check_model(proto, full_check=True)
    return proto


def _strip_local_paths(proto: ModelProto) -> None:
    """Forget the source lines that the exporter notes in each node."""
    for node in proto.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in (*proto.graph.value_info, *proto.graph.input, *proto.graph.output):
        value.ClearField("metadata_props")
    proto.graph.ClearField("metadata_props")
    proto.ClearField("metadata_props")


def with_outputs(proto: ModelProto, calibration: Calibration = Calibration()) -> ModelProto:  # noqa: B008 - frozen
    """A copy of what `to_onnx` made that answers `probabilities` and `known` in place of logits."""
    served = ModelProto()
    served.CopyFrom(proto)
    graph = served.graph
    constants = {
        "first": np.array([0]),
        "classes": np.array([NUM_CLASSES]),
        "all": np.array([NUM_OUTPUTS]),
        "axis": np.array([1]),
        "temperature": np.array(calibration.temperature, np.float32),
        "slope": np.array(calibration.slope, np.float32),
        "offset": np.array(calibration.offset, np.float32),
    }
    for name, value in constants.items():
        graph.initializer.append(onnx.numpy_helper.from_array(value, name))
    node = onnx.helper.make_node
    graph.node.extend(
        [
            node("Slice", ["logits", "first", "classes", "axis"], ["of_classes"]),
            node("Div", ["of_classes", "temperature"], ["scaled"]),
            node("Softmax", ["scaled"], ["probabilities"], axis=1),
            node("Slice", ["logits", "classes", "all", "axis"], ["of_none"]),
            node("ReduceMax", ["of_classes", "axis"], ["of_surest"], keepdims=1),
            node("Sub", ["of_surest", "of_none"], ["margin"]),
            node("Mul", ["margin", "slope"], ["sloped"]),
            node("Add", ["sloped", "offset"], ["log_odds"]),
            node("Sigmoid", ["log_odds"], ["known_column"]),
            node("Squeeze", ["known_column", "axis"], ["known"]),
        ]
    )
    batch = graph.output[0].type.tensor_type.shape.dim[0].dim_param
    del graph.output[:]
    for name, shape in (("probabilities", [batch, NUM_CLASSES]), ("known", [batch])):
        kind = onnx.TensorProto.FLOAT
        graph.output.append(onnx.helper.make_tensor_value_info(name, kind, shape))
    onnx.checker.check_model(served, full_check=True)
    return served


def save_onnx(proto: ModelProto, info: ModelInfo, path: Path) -> None:
    """Write the model with what it says of itself."""
    described = ModelProto()
    described.CopyFrom(proto)
    onnx.helper.set_model_props(described, info.to_metadata())
    with atomic_path(path) as temporary:
        onnx.save(described, temporary)


def run_onnx(
    proto: ModelProto, images: npt.NDArray[np.uint8], batch_size: int = 256
) -> list[Floats]:
    """Run uint8[N, S, S, 3], N > 0, through onnxruntime on the CPU.

    Returns:
        The outputs of `proto`: logits float32[N, NUM_OUTPUTS], or, after `with_outputs`,
        probabilities float32[N, NUM_CLASSES] and known float32[N].
    """
    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    batches = [
        session.run(None, {"images": images[start : start + batch_size]})
        for start in range(0, len(images), batch_size)
    ]
    return [np.concatenate(parts) for parts in zip(*batches, strict=True)]


def parity(
    proto: ModelProto, model: Recognizer, calibration: Calibration, images: npt.NDArray[np.uint8]
) -> float:
    """The largest difference of an output between onnxruntime and torch, at batch 1, 2 and 7.

    Args:
        calibration: that of `proto`.
        images: uint8[N, S, S, 3], N > 0; the batches are spread over all of them.

    Returns:
        The difference, NaN where either side answers NaN.
    """
    worst = 0.0
    for count in CHECKED_BATCHES:
        batch = images[np.linspace(0, len(images) - 1, count).astype(int)]
        expected = outputs(torch.from_numpy(predict_outputs(model, batch)), calibration)
        for ours, theirs in zip(run_onnx(proto, batch), expected, strict=True):
            worst = np.maximum(worst, np.abs(ours - theirs.numpy()).max())  # keeps a NaN
    return float(worst)
