"""What a recognizer runs at once."""

from collections.abc import Sequence
from typing import Any

from signs.inference.recognizer import Recognizer


def watch_runs(recognizer: Recognizer) -> list[int]:
    """A list that grows with each run of the model, by the number of its images."""
    sizes: list[int] = []
    run = recognizer._model.run

    def watched(outputs: Sequence[str], **inputs: Any) -> list[Any]:
        sizes.append(len(inputs["images"]))
        return run(outputs, **inputs)

    recognizer._model.run = watched  # type: ignore[method-assign]
    return sizes
