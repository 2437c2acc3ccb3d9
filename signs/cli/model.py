"""The model file that a command opens."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_MODEL = Path("models/model.onnx")
DEFAULT_DETECTOR = Path("models/detector.onnx")


def file_option(name: str, variable: str, default: Path, text: str) -> Callable[[F], F]:
    """An option of click that names a model file; left out, the project's own."""
    return click.option(
        name,
        variable,
        default=default,
        show_default=True,
        metavar="FILE",
        type=click.Path(path_type=Path),
        callback=find_model,
        help=f"{text} (ONNX).",
    )


def compared_option(name: str, variable: str, default: Path, text: str) -> Callable[[F], F]:
    """The same for an option that may come twice."""
    return click.option(
        name,
        variable,
        multiple=True,
        default=[default],
        show_default=True,
        metavar="FILE",
        type=click.Path(path_type=Path),
        callback=find_models,
        help=f"{text} (ONNX). Given twice, two files are compared.",
    )


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


def find_models(
    context: click.Context, option: click.Parameter, models: tuple[Path, ...]
) -> tuple[Path, ...]:
    """The same for an option that may come twice: two files are compared.

    Raises:
        click.BadParameter: there are more.
    """
    if len(models) > 2:
        raise click.BadParameter(f"two files can be compared, got {len(models)}")
    return tuple(find_model(context, option, model) for model in models)
