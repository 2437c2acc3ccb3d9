"""Draw and tell what the stages measured: metrics/ -> pictures, MODEL_CARD.md and report.html."""

import json

import numpy as np
import pandas as pd

from signs.errors import one_line_errors
from signs.evaluation import plots
from signs.evaluation.metrics import Results
from signs.evaluation.report import TITLES, Facts, html_report, model_card, shrink_picture
from signs.files import atomic_path, write_text
from signs.inference.onnx_model import OnnxModel
from signs.params import Params, load_params
from signs.records.origin import Origin
from signs.records.packed import Packed
from stages.paths import (
    ANSWERS,
    CARD,
    CARD_PICTURE,
    CURVES,
    METRICS,
    MODEL,
    PICTURES,
    REPORT,
    SOURCES,
    TABLES,
    TEST,
)

STAGES = ("split", "train", "export", "evaluate", "robustness")
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
        "robustness", "report",
    )  # fmt: skip
    info = OnnxModel(MODEL, "recognize").info
    metrics = {
        stage: json.loads((METRICS / f"{stage}.json").read_text(encoding="utf-8"))
        for stage in STAGES
    }
    draw_pictures(params, metrics["evaluate"], info.threshold)
    facts = Facts(
        info=info,
        origins=tuple(
            Origin(**o) for o in json.loads(SOURCES.read_text(encoding="utf-8"))["parts"]
        ),
        params=params.model_dump(),
        metrics=metrics,
        **{name: pd.read_csv(TABLES / f"{name}.csv") for name in TABLE_NAMES},
        confusion=pd.read_csv(TABLES / "confusion.csv", dtype=str),
        pictures={name: PICTURES / f"{name}.png" for name in TITLES},
    )
    with atomic_path(CARD_PICTURE) as path:
        shrink_picture(facts.pictures["mistakes"], path)
    write_text(CARD, model_card(facts, CARD_PICTURE.name))
    write_text(REPORT, html_report(facts))
    print(f"{REPORT} and {CARD}: model {facts.info.version}")


def draw_pictures(params: Params, evaluated: dict[str, float], threshold: float) -> None:
    """The PNG files of `PICTURES`, from what the stages left."""
    test = Packed.load(TEST)
    with np.load(ANSWERS) as answers:
        results = Results(answers["probabilities"], test.labels, test.label_space)
    curves = [
        pd.read_csv(path, sep="\t", index_col="step")
        for path in sorted((CURVES / "plots" / "metrics").glob("*.tsv"))
    ]
    reliabilities = {
        f"{words} (calibration error {evaluated[error]:.4f})": pd.read_csv(TABLES / f"{table}.csv")
        for words, table, error in (
            ("calibrated", "reliability", "calibration_error"),
            ("before scaling", "reliability_before", "calibration_error_before"),
        )
    }
    known, corruptions = (pd.read_csv(TABLES / f"{name}.csv") for name in ("known", "corruptions"))
    plots.draw_learning_curves(pd.concat(curves, axis=1), PICTURES / "learning_curves.png")
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
