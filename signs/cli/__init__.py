"""The command line: `signs predict`, `signs detect`, `signs track` and others."""

from typing import Any

import click

from signs.cli.classes import classes
from signs.cli.data import data
from signs.cli.detect import detect
from signs.cli.draw import draw
from signs.cli.evaluate import evaluate
from signs.cli.predict import predict
from signs.cli.track import track
from signs.errors import one_line_errors


class _Cli(click.Group):
    """A group whose commands end a `SignsError` with one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        with one_line_errors():
            return super().invoke(ctx)


@click.group(cls=_Cli, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Recognize German traffic signs, and draw them."""


for command in (predict, detect, track, evaluate, data, draw, classes):
    main.add_command(command)
