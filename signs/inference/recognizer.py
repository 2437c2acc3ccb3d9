"""The recognizer: preprocessed crops to answers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signs.inference.model_info import ModelInfo
from signs.inference.onnx_model import OnnxModel
from signs.records.answers import Answers

BATCH = 64  # images that go through the graph at once
Images = Sequence[npt.NDArray[np.uint8]] | npt.NDArray[np.uint8]


class Recognizer:
    """Names the sign in each crop.

    Args:
        path: the model file.
        threads: as for `OnnxModel`.

    Attributes:
        info: what the file says of itself.

    Raises:
        SignsError: as `OnnxModel`.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        self._model = OnnxModel(path, "recognize", threads)
        self.info: ModelInfo = self._model.info

    @property
    def image_size(self) -> int:
        """Side of the square input, in pixels."""
        return self.info.preprocessing.size

    def answer(self, images: Images) -> Answers:
        """Run preprocessed images through the graph.

        In parts of `BATCH`: the memory between the layers grows with what is run at once, and the
        session keeps it.

        Args:
            images: uint8[S, S, 3] each, from `preprocess(..., image_size)`; there may be none.

        Returns:
            N answers, in the order of the images.
        """
        parts = [self._run(images[i : i + BATCH]) for i in range(0, len(images), BATCH)]
        classes = len(self.info.label_space)
        parts = parts or [(np.empty((0, classes), np.float32), np.empty(0, np.float32))]
        probabilities, known = (np.concatenate(outputs) for outputs in zip(*parts, strict=True))
        return Answers(probabilities, known, known >= np.float32(self.info.threshold))

    def _run(self, images: Images) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        batch = np.stack(images)  # type: ignore[arg-type]
        probabilities, known = self._model.run(("probabilities", "known"), images=batch)
        return probabilities.astype(np.float32), known.astype(np.float32)
