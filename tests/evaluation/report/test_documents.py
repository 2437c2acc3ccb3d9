from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.evaluation.report.crops import common_confusions
from signs.evaluation.report.documents import (
    CARD_WIDTH,
    html_report,
    model_card,
    shrink_pictures,
)
from signs.evaluation.report.facts import SCENE_TITLES, TITLES, Facts


def card_of(facts: Facts) -> str:
    return model_card(facts, "mistakes.png", "scenes.png")


def test_the_card(facts: Facts) -> None:
    card = card_of(facts)
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
    assert "Tested on drawings" in card_of(drawn)


def test_the_page_stands_alone(facts: Facts) -> None:
    page = html_report(facts)
    assert "photos &lt;of&gt; mine" in page
    assert page.count('<img src="data:image/png;base64,') == len(TITLES) + len(SCENE_TITLES)
    assert "http" not in page
    assert "98.77 %" in page


def test_a_perfect_model_has_no_mistakes_to_show(facts: Facts) -> None:
    perfect = replace(facts, confusion=facts.confusion.assign(predicted=facts.confusion["actual"]))
    assert "None on the test part." in card_of(perfect)
    page = html_report(perfect)
    assert "None on the test part." in page
    assert TITLES["mistakes"] not in page


def test_frequent_confusions_come_first(facts: Facts) -> None:
    table = common_confusions(facts.confusion, GTSRB)
    assert table.to_numpy().tolist() == [
        ["14 Stop", "17 No entry", 2],
        ["01 Speed limit (30 km/h)", "14 Stop", 1],
    ]


@pytest.mark.parametrize(
    ("sizes", "small"),
    [
        ([(2000, 500)], (CARD_WIDTH, 250)),
        ([(2000, 500), (1000, 100)], (CARD_WIDTH, 300)),
        ([(300, 40)], (300, 40)),
    ],
)
def test_small_pictures(
    sizes: list[tuple[int, int]], small: tuple[int, int], tmp_path: Path
) -> None:
    """One below the other, at one scale, and never enlarged."""
    paths = [tmp_path / f"{number}.png" for number in range(len(sizes))]
    for size, path in zip(sizes, paths, strict=True):
        Image.effect_noise(size, 60).save(path)
    shrink_pictures(paths, tmp_path / "small.png")
    assert Image.open(tmp_path / "small.png").size == small
