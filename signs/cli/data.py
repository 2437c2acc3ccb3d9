"""`signs data`: what a source of photos or of road scenes holds."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from signs.cli.output import packages_named
from signs.errors import SignsError

if TYPE_CHECKING:  # imported where they are used, so that the other commands start without them
    from signs.catalog.label_space import LabelSpace
    from signs.data.scenes.source import SceneSource
    from signs.data.source import Source
    from signs.data.tally import Counts

# Serving a model does not need them, so that a small installation lacks them.
PACKAGES = {
    "cv2": "opencv-python-headless", "datasets": "datasets", "filelock": "filelock",
    "huggingface_hub": "huggingface-hub", "pooch": "pooch", "pyarrow": "pyarrow",
    "requests": "requests", "resvg_py": "resvg-py",
}  # fmt: skip
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
    if source == "drawn":
        raise SignsError("drawn: its images are drawn by the stage download; there is none to read")
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
    from signs.data.folders.opening import open_tree, place_of
    from signs.data.official import NAME as OFFICIAL
    from signs.data.open import open_photos, read_photos
    from signs.data.scenes.open import find_scenes
    from signs.data.scenes.tally import SceneTally, scene_warnings
    from signs.data.survey import survey
    from signs.data.tally import Tally, warnings_of
    from signs.inference.preprocess import DRAFT_FACTOR

    place = place_of(spec)
    if spec == OFFICIAL or not place.exists():
        photos = open_photos(spec, label_space)
    else:
        tree = open_tree(place)
        if scenes := find_scenes(tree, label_space):
            found = survey(scenes, SceneTally)
            return scenes, found, scene_warnings(scenes, found, label_space)
        photos = read_photos(tree, spec, label_space)
    tallies = survey(photos, Tally, DRAFT_FACTOR * DEFAULT_SIZE)
    return photos, tallies, warnings_of(photos, tallies, label_space)


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
