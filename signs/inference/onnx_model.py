"""A model file, opened: its session, and what it says of itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import Generic, Literal, TypeVar, overload

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from signs.errors import SignsError
from signs.inference.detector_info import DetectorInfo
from signs.inference.model_info import ModelInfo

Array = npt.NDArray[np.generic]
Task = Literal["recognize", "detect"]
Info = TypeVar("Info", ModelInfo, DetectorInfo)
INFOS: dict[Task, type[ModelInfo] | type[DetectorInfo]] = {
    "recognize": ModelInfo,
    "detect": DetectorInfo,
}


class OnnxModel(Generic[Info]):
    """A session over one ONNX file of this project.

    Args:
        path: a file that one of the stages of export wrote.
        task: what the file must be for; it decides which info is read.
        threads: that onnxruntime may use for one call; None leaves the choice to it. They sleep
            when they have nothing to do: spinning would take cores from the rest of a server.

    Attributes:
        info: what the file says of itself.

    Raises:
        SignsError: the file is missing, is not an ONNX model, not one of this project, or for
            another task.
    """

    info: Info

    @overload
    def __init__(
        self: "OnnxModel[ModelInfo]",
        path: Path,
        task: Literal["recognize"],
        threads: int | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self: "OnnxModel[DetectorInfo]",
        path: Path,
        task: Literal["detect"],
        threads: int | None = None,
    ) -> None: ...

    def __init__(self, path: Path, task: Task, threads: int | None = None) -> None:
        if not path.is_file():
            raise SignsError(
                f"{path} not found: run `uv run dvc repro` in the project's root to make a model, "
                "or name another file"
            )
        options = ort.SessionOptions()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Of inputs of any height and width: a plan of the memory would be kept for each.
        options.enable_mem_pattern = task == "recognize"
        if threads is not None:
            options.intra_op_num_threads = threads
        try:
            self._session = ort.InferenceSession(path, options, ["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions share no base
            reason = " ".join(str(error).split())[:120]
            raise SignsError(f"{path} is not an ONNX model that can be read: {reason}") from None
        try:
            metadata = self._session.get_modelmeta().custom_metadata_map
            self.info = INFOS[task].from_metadata(metadata)  # type: ignore[assignment]
        except SignsError as error:
            raise SignsError(f"{path} cannot be used here: {error}") from None

    def run(self, outputs: Sequence[str], **inputs: Array) -> list[Array]:
        """Run the graph.

        Args:
            outputs: names of the outputs that are wanted.
            inputs: by name.

        Returns:
            The outputs, in the order of their names.
        """
        return self._session.run(list(outputs), inputs)
