"""Put what all stages measured into words: metrics/ -> metrics/MODEL_CARD.md and report.html."""

import json
from pathlib import Path

import pandas as pd

from signs.errors import one_line_errors
from signs.evaluation.report import (
    TITLES,
    Facts,
    Origin,
    html_report,
    model_card,
    shrink_picture,
)
from signs.files import atomic_path
from signs.inference.classifier import Classifier
from signs.params import load_params
from signs.sources.raw import read_origin
from stages.paths import (
    CARD,
    CARD_PICTURE,
    METRICS,
    MODEL,
    PICTURES,
    RAW,
    REPORT,
    TABLES,
    TRUST_PICTURES,
)

TRUST_TABLES = ("known", "framing", "corruptions")


def main() -> None:
    params = load_params("arch", "image_size", "data", "split", "train", "evaluate", "export")
    names = ("train", "test", "extra", "others_train", "others_test")
    parts = [RAW / f"{name}.parquet" for name in names]
    trust = {name: pd.read_csv(TABLES / f"trust_{name}.csv") for name in TRUST_TABLES}
    facts = Facts(
        info=Classifier(MODEL).info,
        origins=tuple(Origin(p.stem, *read_origin(p)) for p in parts if p.exists()),
        params=params.model_dump(),
        metrics={
            stage: json.loads((METRICS / f"{stage}.json").read_text(encoding="utf-8"))
            for stage in ("split", "train", "evaluate", "export", "trust")
        },
        classes=pd.read_csv(TABLES / "classes.csv"),
        categories=pd.read_csv(TABLES / "categories.csv"),
        confusion=pd.read_csv(TABLES / "confusion.csv", dtype=str),
        **trust,
        pictures={name: picture_file(name) for name in TITLES},
    )
    with atomic_path(CARD_PICTURE) as path:
        shrink_picture(facts.pictures["mistakes"], path)
    write(CARD, model_card(facts, CARD_PICTURE.name))
    write(REPORT, html_report(facts))
    print(f"{REPORT} and {CARD}: model {facts.info.version}")


def picture_file(name: str) -> Path:
    """Where `evaluate` or `trust` left a picture."""
    path = PICTURES / f"{name}.png"
    return path if path.exists() else TRUST_PICTURES / f"{name}.png"


def write(target: Path, text: str) -> None:
    """Whole or not at all."""
    with atomic_path(target) as path:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    with one_line_errors():
        main()
