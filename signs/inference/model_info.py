"""What a model file says of itself, kept in its ONNX metadata."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from signs.catalog.label_space import LabelSpace
from signs.errors import SignsError
from signs.records.spread import Reference, Spread

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

KEY = "signs"
FORMAT = 3


@dataclass(frozen=True)
class Preprocessing:
    """How `signs.inference.preprocess` makes the model's input.

    Attributes:
        size: side of the square input, in pixels.
        fit: how a picture is made to fit: "squash" changes its aspect.
        filter: of the resize, Pillow's name for it.
    """

    size: int
    fit: Literal["squash"] = "squash"
    filter: Literal["bilinear"] = "bilinear"


@dataclass(frozen=True)
class ModelInfo:
    """The description that travels inside a model file.

    Attributes:
        task: "recognize": crop to class.
        arch: architecture of the network.
        precision: "fp32" or "int8".
        label_space: the signs that it tells apart.
        preprocessing: how its input is made.
        threshold: on the output `known`; below it the answer is "not recognized".
        temperature: that the logits are divided by, inside the graph.
        data: where the training images came from.
        trained_from: hex digest of training data, params and code.
        accuracy: share of right answers on validation images, by this file under onnxruntime.
        accuracy_data: where those came from.
        reference: how its answers spread on validation images, to tell drift by.
        version: a short hash of what answers (`hash_of_answers`), and the precision.
    """

    task: Literal["recognize"]
    arch: str
    precision: str
    label_space: LabelSpace
    preprocessing: Preprocessing
    threshold: float
    temperature: float
    data: str
    trained_from: str
    accuracy: float
    accuracy_data: str
    reference: Reference
    version: str

    def to_metadata(self) -> dict[str, str]:
        """As ONNX metadata: one JSON document under one key."""
        return write_info(self)

    @staticmethod
    def from_metadata(metadata: Mapping[str, str]) -> "ModelInfo":
        """Read what `to_metadata` wrote.

        Raises:
            SignsError: the metadata is not that of a model of this project, of another task or
                format, or asks for a preprocessing that this code does not have.
        """
        with info_of(metadata, "recognize") as content:
            content["preprocessing"] = preprocessing = Preprocessing(**content["preprocessing"])
            require_same(preprocessing, Preprocessing(preprocessing.size))
            content["reference"] = {
                of: Spread(tuple(spread["edges"]), tuple(spread["shares"]))
                for of, spread in content["reference"].items()
            }
            return ModelInfo(**content)


def write_info(info: "DataclassInstance") -> dict[str, str]:
    """What a model file says of itself, as ONNX metadata: one JSON document under one key."""
    return {KEY: json.dumps({"format": FORMAT, **asdict(info)}, ensure_ascii=False)}


@contextmanager
def info_of(metadata: Mapping[str, str], task: str) -> Iterator[dict[str, Any]]:
    """Read what `write_info` wrote, up to what only models of a task have.

    Raises:
        SignsError: it is not such a document, or of another format or task; or the block that
            reads on does not find what it needs.
    """
    try:
        content: dict[str, Any] = json.loads(metadata[KEY])
        if content.pop("format") != FORMAT:
            raise SignsError("its format is another one: export it again")
        if content["task"] != task:
            raise SignsError(f"it is a model to {content['task']}")
        content["label_space"] = LabelSpace.from_dict(content["label_space"])
        yield content
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SignsError("it was not exported by this project") from None


def require_same(wanted: object, available: object) -> None:
    """Compare the preprocessing that a file asks for with the one that this code has.

    Raises:
        SignsError: they differ.
    """
    if wanted != available:
        raise SignsError("it wants another preprocessing: use a newer release of `signs`")


def hash_of_answers(
    graph: bytes,
    task: str,
    label_space: LabelSpace,
    preprocessing: "DataclassInstance",
    threshold: float,
) -> str:
    """Identify what answers: 12 hex digits of a SHA-256.

    Two files that can answer differently never share one; a file trained again to the same weights
    does.

    Args:
        graph: the finished graph with its calibration, serialized, without metadata.
    """
    described = {
        "format": FORMAT,
        "task": task,
        "label_space": label_space.to_dict(),
        "preprocessing": asdict(preprocessing),
        "threshold": threshold,
    }
    digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode())
    digest.update(graph)
    return digest.hexdigest()[:12]
