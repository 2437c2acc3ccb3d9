"""The model file, ready to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from signs.errors import SignsError
from signs.inference.model_info import ModelInfo

BATCH = 64  # images that go through the graph at once


@dataclass(frozen=True, slots=True)
class Guess:
    """One class with its probability.

    Attributes:
        class_id: its place in the class table.
        name: what the sign says.
        stvo: its number in the German catalogue.
        probability: calibrated, in 0 to 1.
    """

    class_id: int
    name: str
    stvo: str
    probability: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says of one image.

    Attributes:
        guesses: the most probable classes, in falling order.
        known: probability, in 0 to 1, that the image shows one of the classes at all.
        recognized: whether `known` reaches the model's threshold.
    """

    guesses: tuple[Guess, ...]
    known: float
    recognized: bool


class Classifier:
    """A session over one ONNX file, which holds all that it needs to answer.

    Args:
        path: a file that the export stage wrote.
        threads: that onnxruntime may use for one call; None leaves the choice to it. They sleep
            when they have nothing to do: spinning would take cores from the rest of a server.

    Attributes:
        info: what the file says of itself.

    Raises:
        SignsError: the file is missing, is no ONNX model, or not one of this project.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        if not path.is_file():
            raise SignsError(
                f"{path} not found: run `uv run dvc repro` in the project's root to make a model, "
                "or name another file"
            )
        options = ort.SessionOptions()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if threads is not None:
            options.intra_op_num_threads = threads
        try:
            self._session = ort.InferenceSession(path, options, ["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions share no base
            reason = " ".join(str(error).split())[:120]
            raise SignsError(f"{path} is not an ONNX model that can be read: {reason}") from None
        try:
            self.info = ModelInfo.from_metadata(self._session.get_modelmeta().custom_metadata_map)
        except SignsError as error:
            raise SignsError(f"{path} is no model to use here: {error}") from None

    def run(
        self, images: npt.NDArray[np.uint8]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Run preprocessed images through the graph.

        Args:
            images: uint8[N, S, S, 3] with S = `info.image_size`.

        Returns:
            probabilities float32[N, K] and known float32[N].
        """
        probabilities, known = self._session.run(["probabilities", "known"], {"images": images})
        return probabilities, known

    def run_all(
        self, images: Sequence[npt.NDArray[np.uint8]] | npt.NDArray[np.uint8]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """As `run`, in parts: the memory between the layers grows with the batch, and stays.

        Args:
            images: uint8[S, S, 3] each, at least one.
        """
        parts = [
            self.run(np.stack(images[start : start + BATCH]))  # type: ignore[arg-type]
            for start in range(0, len(images), BATCH)
        ]
        probabilities, known = (np.concatenate(outputs) for outputs in zip(*parts, strict=True))
        return probabilities, known

    def answer(self, images: Sequence[npt.NDArray[np.uint8]], top_k: int = 3) -> list[Answer]:
        """Run preprocessed images through the graph and put its outputs into words.

        Args:
            images: uint8[S, S, 3] each, from `preprocess(..., info.image_size)`.
            top_k: how many guesses; at most as many as there are classes are given.

        Returns:
            An answer for each image, in their order.
        """
        if not len(images):
            return []
        probabilities, known = self.run_all(images)
        order = np.argsort(-probabilities, axis=1, kind="stable")[:, :top_k]
        return [
            Answer(
                tuple(self._guess(int(i), float(row[i])) for i in best),
                float(sure),
                bool(sure >= self.info.threshold),
            )
            for row, best, sure in zip(probabilities, order, known, strict=True)
        ]

    def _guess(self, class_id: int, probability: float) -> Guess:
        names, numbers = self.info.class_names, self.info.stvo_numbers
        return Guess(class_id, names[class_id], numbers[class_id], probability)
