"""What a model file says of itself, kept in its ONNX metadata."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from signs.errors import SignsError
from signs.inference.drift import Reference, Spread

KEY = "signs"
FORMAT = 2


@dataclass(frozen=True)
class ModelInfo:
    """The description that travels inside `model.onnx`.

    Attributes:
        arch: architecture.
        image_size: side of the square input, in pixels.
        class_names: by class id.
        stvo_numbers: by class id.
        data: where the training images came from.
        test_data: where the images came from that `accuracy` was measured on.
        fingerprint: hex digest of training data, params and code.
        precision: "fp32" or "int8".
        temperature: that the logits are divided by, inside the graph.
        threshold: on the output `known`; below it the answer is "not recognised".
        reference: how its answers spread on validation images, to tell drift by.
        accuracy: share of right answers on the test part, by this file under onnxruntime.
    """

    arch: str
    image_size: int
    class_names: tuple[str, ...]
    stvo_numbers: tuple[str, ...]
    data: str
    test_data: str
    fingerprint: str
    precision: str
    temperature: float
    threshold: float
    accuracy: float
    reference: Reference

    @property
    def version(self) -> str:
        """A short name: the data, params and code that it was trained from, and its precision."""
        return f"{self.fingerprint[:12]}-{self.precision}"

    def to_metadata(self) -> dict[str, str]:
        """As ONNX metadata: one JSON document under one key."""
        return {KEY: json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False)}

    @staticmethod
    def from_metadata(metadata: Mapping[str, str]) -> "ModelInfo":
        """Read what `to_metadata` wrote.

        Raises:
            SignsError: the metadata is not that of a model of this project, or of another format.
        """
        try:
            content: dict[str, Any] = json.loads(metadata[KEY])
            if content.pop("format") != FORMAT:
                raise SignsError("it is of another version: export it again")
            content["class_names"] = tuple(content["class_names"])
            content["stvo_numbers"] = tuple(content["stvo_numbers"])
            content["reference"] = {
                of: Spread(tuple(spread["edges"]), tuple(spread["shares"]))
                for of, spread in content["reference"].items()
            }
            return ModelInfo(**content)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise SignsError("it was not exported by this project") from None
