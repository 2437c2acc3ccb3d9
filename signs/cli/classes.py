"""`signs classes`: the signs that a model tells apart."""

import csv
from io import StringIO
from pathlib import Path

import click

from signs.catalog.label_space import FIELDS, LabelSpace
from signs.catalog.label_spaces import COLUMNS, open_label_space


@click.command()
@click.option(
    "--signs",
    "spec",
    default="gtsrb",
    show_default=True,
    help="A built-in label space, or a folder that holds a table signs.csv.",
)
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    help="List the signs of this model file instead.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print a table to start a signs.csv from.")
@click.pass_context
def classes(ctx: click.Context, spec: str, model: Path | None, as_csv: bool) -> None:
    """List the signs of a label space."""
    named = ctx.get_parameter_source("spec") is not click.core.ParameterSource.DEFAULT
    if model is not None and named:
        raise click.UsageError("give either --signs or --model, not both")
    label_space = open_label_space(spec) if model is None else _label_space_of(model)
    if as_csv:
        # Bytes, since `open_label_space` reads UTF-8, which not every terminal's encoding is.
        click.echo(to_csv(label_space).encode("utf-8"), nl=False)
        return
    # Here and below, what only some runs need is not imported at the top: the commands start fast.
    from signs.cli.tables import label_space_table, print_table

    print_table(label_space_table(label_space))


def to_csv(label_space: LabelSpace) -> str:
    """The table that `open_label_space` reads: a header, and a line for each sign."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(zip(*(getattr(label_space, field) for field in FIELDS), strict=True))
    return stream.getvalue()


def _label_space_of(model: Path) -> LabelSpace:
    from signs.inference.onnx_model import OnnxModel

    return OnnxModel(model, "recognize").info.label_space
