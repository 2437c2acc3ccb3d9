"""`signs data`: what a source of photos holds."""

import json
from typing import TYPE_CHECKING

import click

from signs.cli.output import packages_named
from signs.errors import SignsError

if TYPE_CHECKING:  # imported where they are used, so that the other commands start without them
    from signs.catalog.label_space import LabelSpace
    from signs.data.source import Source
    from signs.data.tally import Tally

# Serving a model does not need them, so that a small installation lacks them.
PACKAGES = {
    "cv2": "opencv-python-headless", "datasets": "datasets", "filelock": "filelock",
    "huggingface_hub": "huggingface-hub", "pooch": "pooch", "pyarrow": "pyarrow",
    "requests": "requests", "resvg_py": "resvg-py",
}  # fmt: skip
SHOWN = 10  # unreadable images that are listed without --json


@click.command()
@click.argument("source")
@click.option(
    "--signs",
    "spec",
    default="gtsrb",
    show_default=True,
    help="The label space of the photos: a built-in one, or a folder with a table signs.csv.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def data(source: str, spec: str, as_json: bool) -> None:
    """Say what a source of photos holds, before anything is trained on it.

    SOURCE is what `data.source` in params.yaml takes: a folder, a zip archive, a hub id, or gtsrb.
    """
    from signs.catalog.tables import open_label_space

    label_space = open_label_space(spec)
    if source == "drawn":
        raise SignsError("drawn: its images are drawn by the stage download; there is none to read")
    with packages_named("reading photos", PACKAGES):
        from signs.data.open import open_photos
        from signs.data.survey import survey
        from signs.data.tally import warnings_of
    opened = open_photos(source, label_space)
    tallies = survey(opened)
    warnings = warnings_of(opened, tallies, label_space)
    if as_json:
        parts = {part: tally.to_dict() for part, tally in tallies.items()}
        content = {"layout": opened.layout, "name": opened.name, "parts": parts}
        print(json.dumps(content | {"warnings": warnings}, indent=2, ensure_ascii=False))
        return
    _show(opened, tallies, warnings, label_space)


def _show(
    source: "Source",
    tallies: "dict[str, Tally]",
    warnings: list[str],
    label_space: "LabelSpace",
) -> None:
    from signs.cli.tables import print_table, tally_table

    print(f"{source.name} ({source.layout})")
    print_table(tally_table(tallies, label_space))
    for part, tally in tallies.items():
        groups = tally.group_count if tally.group_count is not None else "none named"
        print(
            f"{part}: {tally.images} images of {len(tally.classes)} classes; groups: {groups}; "
            f"with a box: {tally.boxes}; unreadable: {len(tally.unreadable)}"
        )
        for line in tally.unreadable[:SHOWN]:
            print(f"  {line}")
        if len(tally.unreadable) > SHOWN:
            print(f"  ... and {len(tally.unreadable) - SHOWN} more: --json lists them all")
    for warning in warnings:
        print(f"warning: {warning}")
