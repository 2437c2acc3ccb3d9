"""Draw and tell what the stages measured: metrics/ -> pictures, MODEL_CARD.md and report.html."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from signs.errors import one_line_errors
from signs.evaluation import plots
from signs.evaluation.learning_curves import draw_detector_curves, draw_learning_curves
from signs.evaluation.metrics import Results
from signs.evaluation.report.documents import html_report, model_card, shrink_pictures
from signs.evaluation.report.facts import (
    SCENE_MISTAKES,
    SCENE_TITLES,
    TITLES,
    Facts,
    SceneFacts,
)
from signs.files import atomic_path, write_text
from signs.inference.onnx_model import OnnxModel
from signs.params import Params, load_params
from signs.records.origin import Origin
from signs.records.packed import Packed
from stages.paths import (
    ANSWERS,
    CARD,
    CARD_PICTURE,
    CARD_SCENES,
    CURVES,
    DETECTOR,
    DETECTOR_CURVES,
    METRICS,
    MODEL,
    PICTURES,
    REPORT,
    SCENE_PICTURES,
    SCENE_SOURCES,
    SCENE_TABLES,
    SOURCES,
    TABLES,
    TEST,
)

STAGES = ("split", "train", "export", "evaluate", "robustness")
SCENE_STAGES = (
    "download_scenes", "train_detector", "export_detector", "evaluate_detector", "evaluate_tracker",
)  # fmt: skip
TABLE_NAMES = (
    "classes",
    "categories",
    "out_of_distribution",
    "recrops",
    "corruptions",
    "risk_coverage",
)


def main() -> None:
    params = load_params(
        "signs", "arch", "image_size", "data", "split", "train", "export", "evaluate",
        "robustness", "report", "detector", "video",
    )  # fmt: skip
    info = OnnxModel(MODEL, "recognize").info
    metrics = read_metrics(STAGES)
    draw_pictures(params, metrics["evaluate"], info.threshold)
    facts = Facts(
        info=info,
        origins=read_origins(SOURCES),
        params=params.model_dump(),
        metrics=metrics,
        **{name: pd.read_csv(TABLES / f"{name}.csv") for name in TABLE_NAMES},
        confusion=pd.read_csv(TABLES / "confusion.csv", dtype=str),
        pictures={name: PICTURES / f"{name}.png" for name in TITLES},
        scenes=scene_facts(),
    )
    mistakes = [facts.scenes.pictures[name] for name in SCENE_MISTAKES]
    for pictures, target in (([facts.pictures["mistakes"]], CARD_PICTURE), (mistakes, CARD_SCENES)):
        with atomic_path(target) as path:
            shrink_pictures(pictures, path)
    write_text(CARD, model_card(facts, CARD_PICTURE.name, CARD_SCENES.name))
    write_text(REPORT, html_report(facts))
    print(f"{REPORT} and {CARD}: models {facts.info.version} and {facts.scenes.info.version}")


def scene_facts() -> SceneFacts:
    """What the detector's lane left."""
    curves = PICTURES / "detector_curves.png"
    draw_detector_curves(read_curves(DETECTOR_CURVES), curves)
    return SceneFacts(
        info=OnnxModel(DETECTOR, "detect").info,
        origins=read_origins(SCENE_SOURCES),
        metrics=read_metrics(SCENE_STAGES),
        precision=pd.read_csv(SCENE_TABLES / "scene_precision.csv"),
        sizes=pd.read_csv(SCENE_TABLES / "scene_sizes.csv"),
        recalls=pd.read_csv(SCENE_TABLES / "scene_recalls.csv"),
        pictures={
            name: curves if name == curves.stem else SCENE_PICTURES / f"{name}.png"
            for name in SCENE_TITLES
        },
    )


def read_metrics(stages: Iterable[str]) -> dict[str, dict[str, Any]]:
    """By stage, what each wrote."""
    return {
        stage: json.loads((METRICS / f"{stage}.json").read_text(encoding="utf-8"))
        for stage in stages
    }


def read_origins(path: Path) -> tuple[Origin, ...]:
    """Of the pictures, from what a download left."""
    return tuple(Origin(**o) for o in json.loads(path.read_text(encoding="utf-8"))["parts"])


def read_curves(folder: Path) -> pd.DataFrame:
    """A row an epoch, and a column for each metric that a training logged."""
    curves = [
        pd.read_csv(path, sep="\t", index_col="step")
        for path in sorted((folder / "plots" / "metrics").glob("*.tsv"))
    ]
    return pd.concat(curves, axis=1)


def draw_pictures(params: Params, evaluated: dict[str, float], threshold: float) -> None:
    """The PNG files of `PICTURES`, from what the stages left."""
    test = Packed.load(TEST)
    with np.load(ANSWERS) as answers:
        results = Results(answers["probabilities"], test.labels, test.label_space)
    reliabilities = {
        f"{words} (calibration error {evaluated[error]:.4f})": pd.read_csv(TABLES / f"{table}.csv")
        for words, table, error in (
            ("calibrated", "reliability", "calibration_error"),
            ("before scaling", "reliability_before", "calibration_error_before"),
        )
    }
    known, corruptions = (pd.read_csv(TABLES / f"{name}.csv") for name in ("known", "corruptions"))
    draw_learning_curves(read_curves(CURVES), PICTURES / "learning_curves.png")
    plots.draw_confusion(results, test.source, PICTURES / "confusion.png")
    plots.draw_reliability(reliabilities, PICTURES / "reliability.png")
    risk_coverage = pd.read_csv(TABLES / "risk_coverage.csv")
    plots.draw_risk_coverage(risk_coverage, PICTURES / "risk_coverage.png")
    plots.draw_known(known, threshold, PICTURES / "known.png")
    plots.draw_corruptions({"this model": corruptions}, PICTURES / "corruptions.png")
    plots.draw_mistakes(test, results, params.report.gallery_size, PICTURES / "mistakes.png")


if __name__ == "__main__":
    with one_line_errors():
        main()
