"""Mistakes as files: a CSV table of all, and a PNG file with some of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from signs.cli.evaluating.crops import CropAnswers
from signs.cli.evaluating.parts import Chosen
from signs.cli.evaluating.scenes import SceneAnswers
from signs.cli.evaluating.table import NAMES
from signs.cli.output import require_folder, writing
from signs.errors import SignsError
from signs.evaluation.mistakes import mistake_table
from signs.evaluation.plots import draw_wrong, worst_mistakes
from signs.evaluation.scenes.gallery import TITLES, draw_gallery
from signs.pictures.decoding import decode
from signs.records.photo import Photo
from signs.records.scene import Scene

SHOWN = 32  # mistakes in a picture
DRAFT = 200  # pixels of a crop's shorter side in a picture, at least, where it is larger


def folders_of(target: Path, models: int, source: str) -> list[Path]:
    """The folder for each model: the target itself, or A and B in it. They are made.

    Args:
        source: the place of the pictures, where they are files; pictures must not be added to it.

    Raises:
        SignsError: the target lies in the source, or cannot be written to.
    """
    place = Path(source)
    if place.is_absolute() and place.is_dir() and target.resolve().is_relative_to(place):
        raise SignsError(f"{target} lies in the source: name another folder")
    folders = [target] if models == 1 else [target / name for name in NAMES]
    for folder in (target, *folders):
        require_folder(folder)
    return folders


def write_crops(chosen: Chosen[Photo], answers: CropAnswers, folders: Sequence[Path]) -> None:
    """`mistakes.csv` and `mistakes.png` of each recognizer.

    Raises:
        SignsError: a file cannot be written.
    """
    places = answers.reading.places
    worst = [worst_mistakes(each, answers.groups, SHOWN) for each in answers.results]
    photos = chosen.at(places[row] for rows in worst for row in rows.tolist())
    for folder, rows, given, results in zip(
        folders, worst, answers.answers, answers.results, strict=True
    ):
        _write(mistake_table(results, given, answers.reading.names), folder / "mistakes.csv")
        images = [np.asarray(decode(photos[places[r]].data, DRAFT)) for r in rows.tolist()]
        with writing(folder / "mistakes.png") as path:
            draw_wrong(images, results, rows, chosen.source.name, path)


def write_scenes(
    chosen: Chosen[Scene],
    answers: SceneAnswers,
    tables: Sequence[dict[str, pd.DataFrame]],
    folders: Sequence[Path],
) -> None:
    """A table and a picture of each kind of mistake, of each pair.

    Args:
        tables: as `mistakes` makes them, of each pair.

    Raises:
        SignsError: a file cannot be written.
    """
    places = answers.reading.places
    for folder, results, found in zip(folders, answers.results, tables, strict=True):
        shown = {row for table in found.values() for row in table["place"].head(SHOWN).tolist()}
        pictures = chosen.at(places[row] for row in shown)
        scenes = list(results.scenes)
        for row in shown:
            scenes[row] = pictures[places[row]]
        for name, table in found.items():
            _write(table.drop(columns="place"), folder / f"{name}.csv")
            with writing(folder / f"{name}.png") as path:
                draw_gallery(scenes, table, TITLES[name], SHOWN, path)


def _write(table: pd.DataFrame, target: Path) -> None:
    with writing(target) as path:
        table.to_csv(path, index=False, float_format="%.6g")
