"""Where the comparison keeps things: rows in git, networks and states of stopped runs not."""

import json
import shutil
from pathlib import Path
from typing import Any

import onnx

from benchmarks.publish import RESULTS, ROOT
from signs.files import atomic_path

ROWS = RESULTS / "comparison"
MODELS = ROOT / "models" / "comparison"
STATES = MODELS / "states"

Row = dict[str, Any]


def row_file(name: str) -> Path:
    """The JSON file of a row, or of the speeds."""
    return ROWS / f"{name}.json"


def read_row(name: str) -> Row | None:
    """A row that was measured; None if it was not."""
    path = row_file(name)
    content: Row | None = None
    if path.is_file():
        content = json.loads(path.read_text(encoding="utf-8"))
    return content


def model_file(name: str, precision: str) -> Path:
    """The network of a row, kept to measure its speed."""
    return MODELS / f"{name}.{precision}.onnx"


def save_model(proto: onnx.ModelProto, path: Path) -> None:
    """Write a network, whole or not at all."""
    with atomic_path(path) as temporary:
        onnx.save(proto, temporary)


def forget_states(name: str) -> None:
    """Delete the states of a training whose rows are written."""
    shutil.rmtree(STATES / name, ignore_errors=True)
