"""From a trained detector to a finished graph: prepare, convolve, decode.

The convolutions come from torch. What stands before and after them is written here in ONNX's text
form, so that an INT8 graph reads pixels as they are, and rounds no coordinate.
"""

from dataclasses import dataclass

import onnx
import torch
from onnx import ModelProto, TensorProto
from onnx.compose import add_prefix, merge_models
from onnx.helper import make_tensor
from torch import Tensor, nn

from signs.export.onnx_file import strip_local_paths
from signs.networks.detector import LARGEST, MULTIPLE, SCALE, STRIDE, ZERO, DetectorNet

OPSET = 18  # what torch's exporter writes at least; nothing below it has all operators
IR_VERSION = 8
CANDIDATES = 1000  # that a picture has at most, before suppression

# Pads the right and the bottom to multiples of 32 with mid-gray, which the network reads as zero.
# (onnxruntime moves the transposition below Pad, and overlooks axes there.)
PREPARE = f"""
<ir_version: {IR_VERSION}, opset_import: ["" : {OPSET}]>
prepare (uint8[1, H, W, 3] image) => (uint8[1, 3, PH, PW] padded)
<
  int64[2] multiple = {{{MULTIPLE}, {MULTIPLE}}}, int64[6] none = {{0, 0, 0, 0, 0, 0}},
  uint8 gray = {{{ZERO}}}
>
{{
  upright = Transpose <perm = [0, 3, 1, 2]> (image)
  shape = Shape <start = 2> (upright)
  minus = Neg (shape)
  missing = Mod (minus, multiple)
  pads = Concat <axis = 0> (none, missing)
  padded = Pad (upright, pads, gray)
}}
"""


@dataclass(frozen=True)
class SignCalibration:
    """From a network's logit of a sign to a probability: sigmoid(slope * logit + offset).

    J. Platt, "Probabilistic outputs for support vector machines", 1999.

    Attributes:
        slope: above 0, so that the order of candidates stays.
        offset: of the log-odds.
    """

    slope: float = 1.0
    offset: float = 0.0


# The candidates of the highest scores, with boxes in pixels of the image.
DECODE = f"""
<ir_version: {IR_VERSION}, opset_import: ["" : {OPSET}]>
decode (float[1, C, PH, PW] raw) => (float[M, 4] boxes, float[M] sign, float[M, K] category)
<
  int64[1] most = {{{CANDIDATES}}}, int64[1] two = {{2}}, int64[1] everything = {{-1}},
  int64[1] zero = {{0}}, int64[1] one = {{1}}, int64[1] minus_four = {{-4}},
  int64[1] end = {{1000}}, int64[1] three = {{3}}, float half = {{0.5}},
  float slope = {{SLOPE}}, float offset = {{OFFSET}},
  float stride = {{{STRIDE}.0}}, float lowest = {{-100.0}}, float largest = {{{LARGEST}}}
>
{{
  shape = Shape (raw)
  channels = Slice (shape, one, two)
  width = Slice (shape, three, end)
  rows = Concat <axis = 0> (channels, everything)
  by_channel = Reshape (raw, rows)
  by_point = Transpose <perm = [1, 0]> (by_channel)
  sign_column = Slice (by_point, zero, one, one)
  sign_logits = Reshape (sign_column, everything)
  count = Shape (sign_logits)
  kept = Min (count, most)
  sign_kept, place = TopK <axis = 0, largest = 1, sorted = 1> (sign_logits, kept)
  sloped = Mul (sign_kept, slope)
  log_odds = Add (sloped, offset)
  sign = Sigmoid (log_odds)
  answers = Gather <axis = 0> (by_point, place)
  category_logits = Slice (answers, one, minus_four, one)
  category = Softmax <axis = 1> (category_logits)
  logarithms = Slice (answers, minus_four, end, one)
  clipped = Clip (logarithms, lowest, largest)
  strides_away = Exp (clipped)
  x = Mod (place, width)
  y = Div (place, width)
  x_float = Cast <to = 1> (x)
  y_float = Cast <to = 1> (y)
  x_middle = Add (x_float, half)
  y_middle = Add (y_float, half)
  x_column = Unsqueeze (x_middle, one)
  y_column = Unsqueeze (y_middle, one)
  center = Concat <axis = 1> (x_column, y_column)
  before = Slice (strides_away, zero, two, one)
  after = Slice (strides_away, two, end, one)
  left_top = Sub (center, before)
  right_bottom = Add (center, after)
  in_strides = Concat <axis = 1> (left_top, right_bottom)
  boxes = Mul (in_strides, stride)
}}
"""


class _Convolutions(nn.Module):
    def __init__(self, model: DetectorNet) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor) -> Tensor:
        return self.model.raw(pixels)


def convolutions(model: DetectorNet) -> ModelProto:
    """The network from normalized `pixels` to its `raw` answers, with free height and width.

    The same weights give the same bytes.
    """
    height, width = (torch.export.Dim(name, min=2, max=4096) for name in ("h", "w"))
    program = torch.onnx.export(
        _Convolutions(model).eval(),
        (torch.zeros(1, 3, 3 * MULTIPLE, 4 * MULTIPLE),),
        dynamo=True,
        external_data=False,
        opset_version=OPSET,
        input_names=["pixels"],
        output_names=["raw"],
        dynamic_shapes={"pixels": {2: MULTIPLE * height, 3: MULTIPLE * width}},
        verbose=False,
    )
    assert program is not None
    proto: ModelProto = program.model_proto
    strip_local_paths(proto)
    proto.ir_version = IR_VERSION
    return proto


def finished(
    body: ModelProto,
    calibration: SignCalibration = SignCalibration(),
) -> ModelProto:
    """The graph from `image` to `boxes`, `sign` and `category`, as `Detector` runs it.

    Args:
        body: what `convolutions` made, or `signs.export.detection.quantize.to_int8` made of it.
        calibration: of `sign`.
    """
    read = ModelProto()
    read.CopyFrom(body)
    _read_pixels(read)
    numbers = {"SLOPE": calibration.slope, "OFFSET": calibration.offset}
    decoding = DECODE
    for name, value in numbers.items():
        decoding = decoding.replace(name, f"{value:.9g}")
    prepare, decode = (_parsed(text) for text in (PREPARE, decoding))
    whole = merge_models(prepare, read, io_map=[("padded", "padded")])
    whole = merge_models(whole, decode, io_map=[("raw", "raw")])
    whole.graph.name = "detector"
    for value, name in ((0, "H"), (1, "W")):
        whole.graph.input[0].type.tensor_type.shape.dim[1 + value].dim_param = name
    del whole.graph.value_info[:]  # with their names of sides, which no longer fit
    used = {name for node in whole.graph.node for name in node.input}
    for value in [value for value in whole.graph.initializer if value.name not in used]:
        whole.graph.initializer.remove(value)
    whole.producer_name = "signs"
    onnx.checker.check_model(whole, full_check=True)
    return whole


def _parsed(text: str) -> ModelProto:
    """A part of the graph; names within it start with its own."""
    model = onnx.parser.parse_model(text)
    prefix = f"{model.graph.name}_"
    return add_prefix(model, prefix, rename_inputs=False, rename_outputs=False)


def _read_pixels(body: ModelProto) -> None:
    """Let a body begin with the pixels of a padded image: uint8[1, 3, H, W]."""
    graph = body.graph
    graph.initializer.extend(
        [
            make_tensor("pixel_scale", TensorProto.FLOAT, [], [1 / SCALE]),
            make_tensor("pixel_zero", TensorProto.UINT8, [], [ZERO]),
        ]
    )
    quantize = next(
        (n for n in graph.node if n.op_type == "QuantizeLinear" and "pixels" in n.input), None
    )
    inputs = ["padded", "pixel_scale", "pixel_zero"]
    if quantize is None:
        node = onnx.helper.make_node("DequantizeLinear", inputs, ["pixels"])
        graph.node.insert(0, node)
    else:  # quantized: the pixels are the 8-bit numbers that it would make of them
        follower = next(n for n in graph.node if quantize.output[0] in n.input)
        follower.input[:] = inputs
        graph.node.remove(quantize)
    image = graph.input[0]
    image.name = "padded"
    image.type.tensor_type.elem_type = TensorProto.UINT8
