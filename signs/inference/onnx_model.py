"""A model file, opened: its session, and what it says of itself."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from signs.errors import SignsError
from signs.inference.model_info import ModelInfo

Array = npt.NDArray[np.generic]


class OnnxModel:
    """A session over one ONNX file of this project.

    Args:
        path: a file that the stage `export` wrote.
        task: what the file must be for.
        threads: that onnxruntime may use for one call; None leaves the choice to it. They sleep
            when they have nothing to do: spinning would take cores from the rest of a server.

    Attributes:
        info: what the file says of itself.

    Raises:
        SignsError: the file is missing, is not an ONNX model, not one of this project, or for
            another task.
    """

    def __init__(self, path: Path, task: str, threads: int | None = None) -> None:
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
            raise SignsError(f"{path} cannot be used here: {error}") from None
        if self.info.task != task:
            raise SignsError(f"{path} cannot be used here: it is a model to {self.info.task}")

    def run(self, outputs: Sequence[str], **inputs: Array) -> list[Array]:
        """Run the graph.

        Args:
            outputs: names of the outputs that are wanted.
            inputs: by name.

        Returns:
            The outputs, in the order of their names.
        """
        return self._session.run(list(outputs), inputs)
