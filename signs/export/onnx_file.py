"""ONNX files: nothing of this machine in them, and what they say of themselves."""

from pathlib import Path

import onnx
from onnx import ModelProto

from signs.files import atomic_path
from signs.inference.detector_info import DetectorInfo
from signs.inference.model_info import ModelInfo


def strip_local_paths(proto: ModelProto) -> None:
    """Forget the source lines that the exporter notes in each node."""
    for node in proto.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in (*proto.graph.value_info, *proto.graph.input, *proto.graph.output):
        value.ClearField("metadata_props")
    proto.graph.ClearField("metadata_props")
    proto.ClearField("metadata_props")


def save_onnx(proto: ModelProto, info: ModelInfo | DetectorInfo, path: Path) -> None:
    """Write a graph with what it says of itself; the same arguments give the same bytes."""
    described = ModelProto()
    described.CopyFrom(proto)
    onnx.helper.set_model_props(described, info.to_metadata())
    with atomic_path(path) as temporary:
        onnx.save(described, temporary)
