"""`signs data`: what a source of photos or of road scenes holds."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from signs.cli.output import packages_named
from signs.cli.sources import PACKAGES, open_either

if TYPE_CHECKING:  # imported where they are used, so that the other commands start without them
    from signs.catalog.label_space import LabelSpace
    from signs.data.scenes.source import SceneSource
    from signs.data.source import Source
    from signs.data.tally import Counts

DEFAULT_SIZE = 48  # pixels: the side of the default network's input
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
    """Say what a source of photos or road scenes holds, before anything is trained on it.

    SOURCE is what `data.source` in params.yaml takes: a folder, a zip archive, a hub id, or gtsrb.
    """
    from signs.catalog.label_spaces import open_label_space

    label_space = open_label_space(spec)
    with packages_named("reading photos", PACKAGES):
        opened, tallies, warnings = _look(source, label_space)
    if as_json:
        parts = {part: tally.to_dict() for part, tally in tallies.items()}
        content = {"layout": opened.layout, "name": opened.name, "parts": parts}
        print(json.dumps(content | {"warnings": warnings}, indent=2, ensure_ascii=False))
        return
    _show(opened, tallies, warnings, label_space)


def _look(
    spec: str, label_space: "LabelSpace"
) -> "tuple[Source | SceneSource, Mapping[str, Counts[Any]], list[str]]":
    """A source of scenes or of photos, what it holds, and what to know of it."""
    from signs.data.scenes.tally import SceneTally, scene_warnings
    from signs.data.survey import survey
    from signs.data.tally import Tally, warnings_of
    from signs.inference.preprocess import DRAFT_FACTOR

    opened = open_either(spec, label_space)
    if opened.scenes is not None:
        found = survey(opened.scenes, SceneTally)
        return opened.scenes, found, scene_warnings(opened.scenes, found, label_space)
    assert opened.photos is not None
    tallies = survey(opened.photos, Tally, DRAFT_FACTOR * DEFAULT_SIZE)
    return opened.photos, tallies, warnings_of(opened.photos, tallies, label_space)


def _show(
    source: "Source | SceneSource",
    tallies: "Mapping[str, Counts[Any]]",
    warnings: list[str],
    label_space: "LabelSpace",
) -> None:
    from signs.cli.tables import print_table, tally_table
    from signs.data.scenes.tally import SceneTally

    print(f"{source.name} ({source.layout})")
    scenes = any(isinstance(tally, SceneTally) for tally in tallies.values())
    print_table(tally_table(tallies, label_space, "signs" if scenes else "images"))
    for part, tally in tallies.items():
        shown = sum(0 <= label < len(label_space) for label in tally.classes)
        groups = tally.group_count if tally.group_count is not None else "none named"
        print(
            f"{part}: images {tally.images}, classes {shown}, groups {groups}, "
            f"boxes {tally.boxes}, unreadable {len(tally.unreadable)}"
        )
        for line in tally.unreadable[:SHOWN]:
            print(f"  {line}")
        if len(tally.unreadable) > SHOWN:
            print(f"  ... and {len(tally.unreadable) - SHOWN} more: --json lists them all")
    for warning in warnings:
        print(f"warning: {warning}")
