"""Two model files made by hand, which answer by pure colors: a detector and a recognizer.

They keep the contracts of the exported ones, so that what a picture gets is known beforehand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw

from signs.catalog.gtsrb import GTSRB
from signs.inference.detector_info import DetectorInfo, Letterboxing
from signs.inference.model_info import ModelInfo, Preprocessing
from signs.records.spread import Spread

MAX_SIDE = 400  # pixels
SIZE = 32  # pixels


@dataclass(frozen=True)
class Plate:
    """What the models answer for a rectangle of one color."""

    color: tuple[int, int, int]
    sign: float  # what the detector answers
    category: int
    class_id: int
    known: float


PLATES = {
    "stop": Plate((255, 0, 0), 0.95, 0, 14, 0.99),  # named
    "right": Plate((0, 0, 255), 0.8, 2, 38, 0.95),  # named
    "weak": Plate((255, 255, 0), 0.1, 3, 12, 0.98),  # known, and its score is below the threshold
    "outside": Plate((0, 255, 0), 0.9, 0, 17, 0.03),  # found, and not known
}
# A worse recognizer's: it takes red for Yield.
RED_IS_YIELD = PLATES | {"stop": replace(PLATES["stop"], class_id=13)}
DETECTOR = DetectorInfo(
    task="detect", arch="colors", precision="fp32", label_space=GTSRB,
    preprocessing=Letterboxing(MAX_SIDE), threshold=0.4, data="colors",
    trained_from="0123456789abcdef", ap50=0.5, ap_data="colors", version="fedcba987654-fp32",
)  # fmt: skip
RECOGNIZER = ModelInfo(
    task="recognize", arch="colors", precision="fp32", label_space=GTSRB,
    preprocessing=Preprocessing(SIZE), threshold=0.5, temperature=1.0, data="colors",
    trained_from="0123456789abcdef", accuracy=0.5, accuracy_data="colors",
    reference={"known": Spread((0.5,), (0.5, 0.5))}, version="0123456789ab-fp32",
)  # fmt: skip
WORSE = replace(RECOGNIZER, version="ba9876543210-fp32")


def road(size: tuple[int, int], **places: tuple[int, int, int, int]) -> Image.Image:
    """A gray picture with plates at boxes, right and bottom exclusive."""
    picture = Image.new("RGB", size, (90, 90, 90))
    draw = ImageDraw.Draw(picture)
    for name, (left, top, right, bottom) in places.items():
        draw.rectangle((left, top, right - 1, bottom - 1), PLATES[name].color)
    return picture


class _Graph:
    """Nodes and constants, by names that they get one after another."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: object, dtype: type = np.float32) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, dtype), name))
        return name

    def add(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        out = out or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [out], **attributes))
        return out

    def save(
        self, path: Path, given: onnx.ValueInfoProto, outputs: dict[str, list[int | str | None]],
        metadata: dict[str, str],
    ) -> Path:  # fmt: skip
        values = [
            helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs.items()
        ]
        graph = helper.make_graph(self.nodes, "colors", [given], values, self.constants)
        opset = helper.make_opsetid("", 13)
        proto = helper.make_model(graph, ir_version=7, opset_imports=[opset])
        helper.set_model_props(proto, metadata)
        onnx.checker.check_model(proto)
        onnx.save(proto, path)
        return path


def save_detector(
    path: Path, info: DetectorInfo = DETECTOR, plates: Mapping[str, Plate] = PLATES
) -> Path:
    """A box for each color of `plates` around all its pixels, and a weaker one a pixel aside."""
    g = _Graph()
    shown = list(plates.values())
    colors = g.constant([[[plate.color]] for plate in shown])
    pixels = g.add("Cast", "image", to=TensorProto.FLOAT)
    distance = g.add("Abs", g.add("Sub", pixels, colors))
    distance = g.add("ReduceSum", distance, g.constant([3], np.int64), keepdims=0)
    there = g.add("Less", distance, g.constant(60))
    shape, sides = g.add("Shape", "image"), []
    for axis, place in ((2, 0), (1, 1)):
        length = g.add("Gather", shape, g.constant(axis, np.int64))
        run = g.add("Range", g.constant(0, np.int64), length, g.constant(1, np.int64))
        along = g.add("Cast", run, to=TensorProto.FLOAT)
        if place:
            along = g.add("Unsqueeze", along, g.constant([1], np.int64))
        first = g.add("Where", there, along, g.constant(1e6))
        last = g.add("Where", there, g.add("Add", along, g.constant(1)), g.constant(0))
        sides += [g.add("ReduceMin", first, axes=[1, 2], keepdims=0)]
        sides += [g.add("ReduceMax", last, axes=[1, 2], keepdims=0)]
    columns = [
        g.add("Unsqueeze", sides[i], g.constant([1], np.int64)) for i in (0, 2, 1, 3)
    ]  # left, top, right, bottom
    boxes = g.add("Concat", *columns, axis=1)
    boxes = g.add("Concat", boxes, g.add("Add", boxes, g.constant(1)), axis=0)
    seen = g.add("Cast", there, to=TensorProto.FLOAT)
    seen = g.add("ReduceMax", seen, axes=[1, 2], keepdims=0)
    sign = g.add("Mul", seen, g.constant([plate.sign for plate in shown]))
    sign = g.add("Concat", sign, g.add("Mul", sign, g.constant(0.5)), axis=0)
    count = 2 * len(shown)
    g.nodes.append(
        helper.make_node("TopK", [sign, g.constant([count], np.int64)], ["sign", "order"])
    )
    g.add("Gather", boxes, "order", out="boxes")
    categories = np.full((count, 4), 0.05)
    categories[range(count), [plate.category for plate in shown] * 2] = 0.85
    g.add("Gather", g.constant(categories), "order", out="category")
    given = helper.make_tensor_value_info("image", TensorProto.UINT8, [1, "H", "W", 3])
    outputs: dict[str, list[int | str | None]] = {
        "boxes": ["M", 4],
        "sign": ["M"],
        "category": ["M", 4],
    }
    return g.save(path, given, outputs, info.to_metadata())


def save_recognizer(
    path: Path, info: ModelInfo = RECOGNIZER, plates: Mapping[str, Plate] = PLATES
) -> Path:
    """The class of `plates` whose color is nearest to that of the middle of the crop."""
    g = _Graph()
    pixels = g.add("Cast", "images", to=TensorProto.FLOAT)
    cut = [g.constant([edge] * 2, np.int64) for edge in (SIZE // 4, 3 * SIZE // 4)]
    middle = g.add("Slice", pixels, *cut, g.constant([1, 2], np.int64))
    color = g.add("ReduceMean", middle, axes=[1, 2], keepdims=0)
    color = g.add("Unsqueeze", color, g.constant([1], np.int64))
    prototypes, known = np.full((len(GTSRB), 3), 1e4), np.zeros(len(GTSRB))
    for plate in plates.values():
        prototypes[plate.class_id], known[plate.class_id] = plate.color, plate.known
    distance = g.add("Abs", g.add("Sub", color, g.constant(prototypes)))
    distance = g.add("ReduceSum", distance, g.constant([2], np.int64), keepdims=0)
    logits = g.add("Mul", distance, g.constant(-0.05))
    g.add("Softmax", logits, out="probabilities", axis=1)
    g.add("MatMul", "probabilities", g.constant(known), out="known")
    given = helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", SIZE, SIZE, 3])
    outputs: dict[str, list[int | str | None]] = {
        "probabilities": ["N", len(GTSRB)],
        "known": ["N"],
    }
    return g.save(path, given, outputs, info.to_metadata())
