"""`signs classes`: the label space."""

import click
from rich.console import Console
from rich.table import Table

from signs.catalog.gtsrb import GTSRB


@click.command()
def classes() -> None:
    """List all classes."""
    table = Table("id", "name", "German", "StVO", "category", "shape")
    columns = (GTSRB.names, GTSRB.german, GTSRB.numbers, GTSRB.categories, GTSRB.shapes)
    for class_id, row in enumerate(zip(*columns, strict=True)):
        table.add_row(str(class_id), *row)
    Console().print(table)
