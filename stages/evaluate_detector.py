"""Judge the files that ship on whole test scenes: models/*.onnx -> metrics/."""

from pathlib import Path

import numpy as np
import pandas as pd
from rich.progress import track

from signs.errors import one_line_errors
from signs.evaluation.scenes.gallery import TITLES, draw_gallery
from signs.evaluation.scenes.mistakes import mistakes
from signs.evaluation.scenes.plots import draw_froc, draw_precision_recall
from signs.evaluation.scenes.results import SceneResults
from signs.evaluation.scenes.summary import summary, tables
from signs.evaluation.tables import write_tables
from signs.files import write_json
from signs.inference.detector import Detector
from signs.inference.recognizer import Recognizer
from signs.inference.scene_reader import SceneReader
from signs.params import load_params
from signs.pictures.decoding import decode
from signs.records.packed_scenes import PackedScenes
from stages.paths import DETECTOR, METRICS, MODEL, SCENE_PICTURES, SCENE_TABLES, SCENES_TEST

WORDS = {"score": "detector and recognizer", "sign_score": "detector alone"}


def main() -> None:
    params = load_params("detector.evaluate").detector.evaluate
    reader = SceneReader(Detector(DETECTOR), Recognizer(MODEL))
    test = PackedScenes.load(SCENES_TEST)
    found = tuple(
        reader.read(decode(scene.data)) for scene in track(test.scenes, description="test scenes")
    )
    results = SceneResults(test.scenes, found, test.label_space, test.groups)
    figures = summary(results, params.resamples)
    info = reader.detector.info
    write_json(
        METRICS / "evaluate_detector.json",
        {
            "detector_version": info.version,
            "model_version": reader.recognizer.info.version,
            "trained_on": info.data,
            "tested_on": test.source,
            "scenes": len(test),
            **figures,
        },
    )
    found_tables = tables(results)
    write_tables(found_tables, SCENE_TABLES)
    draw(results, found_tables, info.threshold, params.gallery_size, SCENE_PICTURES)
    print(
        f"any sign: AP50 {figures.get('any_sign_ap50', np.nan):.4f}, names: "
        f"{figures.get('micro_ap50', np.nan):.4f}, on {len(test)} scenes, {test.source}"
    )


def draw(
    results: SceneResults,
    found: dict[str, pd.DataFrame],
    threshold: float,
    count: int,
    folder: Path,
) -> None:
    """The pictures of the report.

    Args:
        found: the tables of the same results.
        threshold: the score from which a sign is named.
        count: of each kind of mistake.
        folder: for the PNG files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in (
        ("scene_precision_recall", draw_precision_recall),
        ("scene_froc", draw_froc),
    ):
        curves = {WORDS[str(ranking)]: curve for ranking, curve in found[name].groupby("ranking")}
        picture(curves, folder / f"{name}.png")
    for name, table in mistakes(results, threshold).items():
        draw_gallery(results.scenes, table, TITLES[name], count, folder / f"{name}.png")


if __name__ == "__main__":
    with one_line_errors():
        main()
