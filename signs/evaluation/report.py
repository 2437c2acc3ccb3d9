"""The report: a model card in Markdown and a page in HTML, for whoever judges a model."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
import yaml
from PIL import Image

from signs.catalog.label_space import LabelSpace
from signs.inference.model_info import ModelInfo
from signs.records.origin import Origin

COVERAGES = (0.5, 0.8, 0.9, 0.95, 0.98, 1.0)  # that are listed
WORST = 10  # classes and confusions that are listed
CARD_WIDTH = 1000  # pixels of the card's picture
CARD_COLORS = 96  # of its palette, to keep it small: it lies in git
GROUP_NAMES = {
    "named": "from the source",
    "inferred": "inferred from the order of images",
}
TITLES = {
    "mistakes": "The most confident mistakes, one per group",
    "confusion": "Confusion matrix",
    "reliability": "Reliability before and after calibration",
    "risk_coverage": "Risk and coverage",
    "known": "Signs and negatives",
    "corruptions": "Accuracy on corrupted images",
    "learning_curves": "Learning curves",
}


@dataclass(frozen=True)
class Facts:
    """All that a report says; it computes nothing itself.

    Attributes:
        info: what the model file says of itself.
        origins: of the images.
        params: the whole of `params.yaml`.
        metrics: by stage, what each wrote.
        classes: a row a class, as `per_class` makes it.
        categories: columns category and accuracy.
        out_of_distribution, recrops, corruptions, risk_coverage: as the functions of these names
            in `signs.evaluation` make them.
        confusion: columns actual and predicted, a row an image, two-digit class ids.
        pictures: the PNG file of each of `TITLES`.
    """

    info: ModelInfo
    origins: tuple[Origin, ...]
    params: Mapping[str, Any]
    metrics: Mapping[str, Mapping[str, Any]]
    classes: pd.DataFrame
    categories: pd.DataFrame
    out_of_distribution: pd.DataFrame
    recrops: pd.DataFrame
    corruptions: pd.DataFrame
    risk_coverage: pd.DataFrame
    confusion: pd.DataFrame
    pictures: Mapping[str, Path]


def model_card(facts: Facts, picture: str) -> str:
    """The card, after Mitchell et al., "Model cards for model reporting", FAT* 2019: Markdown.

    Args:
        picture: address of the picture of mistakes, relative to the card.
    """
    return _render("model_card.md.j2", facts, picture=picture)


def html_report(facts: Facts) -> str:
    """The same with all pictures and tables, in one HTML file that refers to no other."""
    images = {name: _data_uri(path) for name, path in facts.pictures.items()}
    return _render("report.html.j2", facts, images=images, titles=TITLES)


def shrink_picture(picture: Path, target: Path) -> None:
    """Write a small PNG of a picture."""
    with Image.open(picture) as image:
        height = round(image.height * CARD_WIDTH / image.width)
        small = image.convert("RGB").resize((CARD_WIDTH, height), Image.Resampling.LANCZOS)
        small.quantize(CARD_COLORS).save(target, optimize=True)


def common_confusions(confusion: pd.DataFrame, label_space: LabelSpace) -> pd.DataFrame:
    """The most frequent wrong answers: columns truth, answer (names) and images; at most ten.

    Args:
        confusion: columns actual and predicted, a row an image, class ids as text.
    """
    wrong = confusion[confusion["actual"] != confusion["predicted"]]
    counts = wrong.value_counts(["actual", "predicted"], sort=False).rename("images").reset_index()
    counts = counts.sort_values("images", ascending=False, kind="stable").head(WORST)
    return pd.DataFrame(
        {
            "truth": [label_space.title(int(i)) for i in counts["actual"]],
            "answer": [label_space.title(int(i)) for i in counts["predicted"]],
            "images": counts["images"].to_numpy(),
        }
    )


def _at_coverages(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a risk-coverage table that are nearest to some round coverages."""
    places = [int((table["coverage"] - share).abs().argmin()) for share in COVERAGES]
    return table.iloc[places]


def _by_severity(corruptions: pd.DataFrame) -> list[tuple[str, list[float]]]:
    """Each corruption with its accuracies, in the order of severity."""
    wide = corruptions.pivot(index="corruption", columns="severity", values="accuracy")
    wide = wide.loc[corruptions["corruption"].unique()]
    return [(str(kind), row.tolist()) for kind, row in wide.iterrows()]


def _render(template: str, facts: Facts, **more: Any) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("signs.evaluation"),
        autoescape=template.endswith("html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["percent"] = lambda share: f"{share:.2%}".replace("%", " %")
    environment.filters["short"] = _short
    present = facts.classes[facts.classes["images"] > 0]
    worst = present.sort_values("recall", kind="stable").head(WORST)
    return environment.get_template(template).render(
        facts=facts,
        info=facts.info,
        tested_on=facts.metrics["evaluate"]["tested_on"],
        tested_on_drawings=str(facts.metrics["evaluate"]["tested_on"]).startswith("drawn"),
        split=facts.metrics["split"],
        group_names=GROUP_NAMES[facts.metrics["split"]["group_names"]],
        train=facts.metrics["train"],
        evaluate=facts.metrics["evaluate"],
        export=facts.metrics["export"],
        robustness=facts.metrics["robustness"],
        negatives=facts.out_of_distribution.to_dict("records"),
        recrops=facts.recrops.to_dict("records"),
        coverages=_at_coverages(facts.risk_coverage).to_dict("records"),
        corruptions=_by_severity(facts.corruptions),
        severities=sorted(facts.corruptions["severity"].unique()),
        worst=worst.to_dict("records"),
        classes=facts.classes.to_dict("records"),
        categories=facts.categories.to_dict("records"),
        confusions=common_confusions(facts.confusion, facts.info.label_space).to_dict("records"),
        params=yaml.safe_dump(dict(facts.params), sort_keys=False).strip(),
        **more,
    )


def _short(value: Any) -> str:
    """A metric as text: four significant digits where it has more."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return "none" if value is None else str(value)


def _data_uri(picture: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"
