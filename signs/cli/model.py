"""The model file that a command opens."""

from pathlib import Path

import click
from click.core import ParameterSource

DEFAULT_MODEL = Path("models/model.onnx")
DEFAULT_DETECTOR = Path("models/detector.onnx")


def find_model(context: click.Context, option: click.Parameter, model: Path) -> Path:
    """A callback of click: from a project's sub-folder, the default is the project's model.

    The project is the next folder above that has a `dvc.yaml`. Whatever was asked for in another
    way stays as it is, and so does the default outside of projects.
    """
    asked = context.get_parameter_source(option.name or "") is not ParameterSource.DEFAULT
    if asked or model.exists():
        return model
    folders = (folder for folder in Path.cwd().parents if (folder / "dvc.yaml").is_file())
    root = next(folders, None)
    return model if root is None else root / model
