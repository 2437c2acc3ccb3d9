"""The verbs of the pipeline: one module for each stage of `dvc.yaml`."""

import sys
from types import TracebackType

from signs.errors import one_line_errors


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say one line about a stop while a stage still imports its libraries, which takes seconds."""
    if issubclass(kind, KeyboardInterrupt):
        with one_line_errors():
            raise error
    sys.__excepthook__(kind, error, trace)


sys.excepthook = _end
