"""The models that are measured: files of ours, and a peer's that has no `known`."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from PIL import Image

from signs.errors import SignsError
from signs.inference.model_info import ModelInfo
from signs.inference.preprocess import squash

Floats = npt.NDArray[np.float32]
Picture = npt.NDArray[np.uint8]
BATCH = 64


class Asked:
    """A model file, to be asked of pictures of any size.

    Args:
        path: of a file of ours, or of one with the same input and an output `probabilities`.

    Attributes:
        threshold: on `known`; None where the file has no such thing, and the largest probability
            stands in its place.

    Raises:
        SignsError: the file is missing.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise SignsError(f"{path} not found: run the comparison, or name another --model")
        self._session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
        self._size = self._session.get_inputs()[0].shape[1]
        self.threshold: float | None = None
        with suppress(SignsError):  # a peer's file, or one of ours from before `known`
            metadata = self._session.get_modelmeta().custom_metadata_map
            self.threshold = ModelInfo.from_metadata(metadata).threshold

    def ask(self, pictures: Sequence[Picture]) -> tuple[Floats, Floats]:
        """Probabilities float32[N, K] and known float32[N] of uint8[H, W, 3] each."""
        parts = []
        for start in range(0, len(pictures), BATCH):
            some = pictures[start : start + BATCH]
            images = np.stack([squash(Image.fromarray(picture), self._size) for picture in some])
            parts.append(self._session.run(None, {"images": images}))
        probabilities, *rest = (np.concatenate(outputs) for outputs in zip(*parts, strict=True))
        return probabilities, probabilities.max(axis=1) if self.threshold is None else rest[0]

    def guess(self, pictures: Sequence[Picture]) -> npt.NDArray[np.int64]:
        """The most probable classes: int64[N]."""
        return self.ask(pictures)[0].argmax(axis=1)
