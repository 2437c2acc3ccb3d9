from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.evaluation.report import (
    CARD_WIDTH,
    TITLES,
    Facts,
    common_confusions,
    html_report,
    model_card,
    shrink_picture,
)
from signs.inference.model_info import ModelInfo
from signs.records.origin import Origin


@pytest.fixture
def facts(model_info: ModelInfo, tmp_path: Path) -> Facts:
    pictures = {name: tmp_path / f"{name}.png" for name in TITLES}
    for path in pictures.values():
        Image.new("RGB", (20, 10)).save(path)
    return Facts(
        info=model_info,
        origins=(Origin("train", "photos <of> mine", "ask me"),),
        params={"arch": "signnet", "train": {"epochs": 3}},
        metrics={
            "split": {
                "train_images": 70, "val_images": 20, "test_images": 10, "train_groups": 7,
                "val_groups": 2, "group_names": "inferred", "groups_joined": 1,
                "groups_dropped": 4, "unreadable_images": 5,
            },
            "train": {"best_epoch": 2},
            "evaluate": {
                "tested_on": "photos <of> mine", "accuracy": 0.98765, "errors": 3,
                "worst_class": "14 Stop", "worst_class_recall": 0.5, "calibration_error": 0.0123,
                "calibration_error_before": 0.2, "refused": 0.011,
            },
            "export": {"bytes": 1_960_000, "temperature": 0.61, "int8_val_accuracy": None},
            "robustness": {"corruption_accuracy": 0.87},
        },
        classes=pd.DataFrame(
            {"class": ["01 Speed limit (30 km/h)", "14 Stop", "17 No entry"],
             "category": ["speed limit", "unique", "unique"], "images": [5, 5, 0],
             "precision": [1.0, 0.9, 0.0], "recall": [1.0, 0.5, 0.0], "f1": [1.0, 0.64, 0.0]}
        ),
        categories=pd.DataFrame({"category": ["unique"], "accuracy": [0.5]}),
        out_of_distribution=pd.DataFrame(
            {"pictures": ["object"], "images": [30], "accepted": [0.1], "accepted_at_1": [0.08],
             "auroc": [0.991], "auroc_confidence": [0.95]}
        ),
        recrops=pd.DataFrame(
            {"recrop": ["plain", "tight"], "images": [9, 9], "accuracy": [0.9, 0.8],
             "low": [0.85, 0.7], "high": [0.95, 0.9]}
        ),
        risk_coverage=pd.DataFrame(
            {"coverage": [0.5, 0.9, 1.0], "errors": [0, 1, 3], "risk": [0.0, 0.01, 0.03],
             "confidence": [0.9, 0.8, 0.3]}
        ),
        corruptions=pd.DataFrame({"corruption": ["snow", "snow", "fog", "fog"],
                                  "severity": [1, 3, 1, 3], "accuracy": [0.7, 0.6, 0.5, 0.4]}),
        confusion=pd.DataFrame({"actual": ["14", "14", "01", "14", "01"],
                                "predicted": ["17", "17", "14", "14", "01"]}),
        pictures=pictures,
    )  # fmt: skip


def test_the_card(facts: Facts) -> None:
    card = model_card(facts, "mistakes.png")
    for text in (
        "names **98.77 %** of 10 test images",
        "| train | photos <of> mine | ask me |",
        "| training | 70 | 7 |",
        "inferred from the order of images",
        "joined 1 groups and left 4 out",
        "read: 5.",
        "1.23 % after",
        "| export | int8_val_accuracy | none |",
        "| 14 Stop | 5 | 50.00 % | 90.00 % |",
        "| 14 Stop | 17 No entry | 2 |",
        "| 90.00 % | 1 | 1.00 % |",
        "refuses 1.10 % of the test images",
        "| object | 30 | 10.00 % | 8.00 % | 0.9910 | 0.9500 |",
        "| tight | 80.00 % | 70.00 % to 90.00 % |",
        "| corruption | severity 1 | severity 3 | \n|---|---:|---:|\n| snow | 70.00 % | 60.00 % | ",
        "| fog | 50.00 % | 40.00 % |",
        "](mistakes.png)",
        "  epochs: 3",
        "not a safety component",
    ):
        assert text in card, text
    assert "Tested on drawings" not in card
    assert "17 No entry | 0" not in card  # no image, so no recall
    evaluated = {**facts.metrics["evaluate"], "tested_on": "drawn signs (280 a class, seed 0)"}
    drawn = replace(facts, metrics={**facts.metrics, "evaluate": evaluated})
    assert "Tested on drawings" in model_card(drawn, "mistakes.png")


def test_the_page_stands_alone(facts: Facts) -> None:
    page = html_report(facts)
    assert "photos &lt;of&gt; mine" in page
    assert page.count('<img src="data:image/png;base64,') == len(TITLES)
    assert "http" not in page
    assert "98.77 %" in page


def test_a_perfect_model_has_no_mistakes_to_show(facts: Facts) -> None:
    perfect = replace(facts, confusion=facts.confusion.assign(predicted=facts.confusion["actual"]))
    assert "None on the test part." in model_card(perfect, "mistakes.png")
    page = html_report(perfect)
    assert "None on the test part." in page
    assert TITLES["mistakes"] not in page


def test_frequent_confusions_come_first(facts: Facts) -> None:
    table = common_confusions(facts.confusion, GTSRB)
    assert table.to_numpy().tolist() == [
        ["14 Stop", "17 No entry", 2],
        ["01 Speed limit (30 km/h)", "14 Stop", 1],
    ]


def test_a_small_picture(tmp_path: Path) -> None:
    Image.effect_noise((2000, 500), 60).save(tmp_path / "large.png")
    shrink_picture(tmp_path / "large.png", tmp_path / "small.png")
    assert Image.open(tmp_path / "small.png").size == (CARD_WIDTH, 250)
