"""What the card and the page say of whole scenes."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from signs.evaluation.report.documents import html_report, model_card
from signs.evaluation.report.facts import Facts, SceneFacts
from signs.evaluation.report.scenes import scene_names


def changed(facts: Facts, stage: str, **values: Any) -> Facts:
    """With other metrics of a stage; `...` takes one away, as an undefined one is left out."""
    old = {name: v for name, v in facts.scenes.metrics[stage].items() if name not in values}
    new = old | {name: value for name, value in values.items() if value is not ...}
    metrics = {**facts.scenes.metrics, stage: new}
    return replace(facts, scenes=replace(facts.scenes, metrics=metrics))


def card_of(facts: Facts, first: str = "## Whole scenes", after: str = "## Drives") -> str:
    """A part of the card: that about scenes."""
    card = model_card(facts, "mistakes.png", "scenes.png")
    return card[card.index(first) : card.index(after)]


def test_the_card(facts: Facts) -> None:
    card = card_of(facts)
    for text in (
        "`models/detector.onnx` (`fedcba987654-fp32`)",
        "trained on 40 scenes with 90 boxes of signs: colors.",
        "was judged on 10 other scenes with 24 signs to find: roads <of> mine.",
        "| train | roads <of> mine | ask them |",
        "| any sign, AP50 | 98.77 % |",
        "| any sign below 32 pixels, AP50 | 70.00 % |",
        "| recall at 0.1 false alarms a scene | 66.00 % |",
        "| found and named, micro-AP50 | 93.00 % (91.00 % to 95.00 %) |",
        "| the detector alone: any sign, AP50 | 89.00 % |",
        "| any sign | 24 | 98.77 % | 90.00 % | 80.00 % | 89.00 % |",
        "| danger | 0 | undefined | undefined | undefined | undefined |",
        "| 16-24 | 0 | undefined | undefined |",
        "| below 32 | 7 | 70.00 % | 60.00 % |",
        "654,321 parameters; its file has 0.77 MB, fp32.",
        "1.25e-06 in a score and 0.0123 pixels in a box",
        "91.00 % in FP32 and 90.00 % in INT8.",
        "](scenes.png)",
    ):
        assert text in card, text
    assert "Tested on drawings" not in card
    assert len(card.splitlines()) < 60


def test_the_page(facts: Facts) -> None:
    page = html_report(facts)
    for text in (
        "roads &lt;of&gt; mine",
        '<td>any sign, AP50</td>\n<td class="n">98.77 %</td>',
        "micro-AP50; 95 % interval 91.00 % to 95.00 %</td>",
        '<td>0.01</td><td class="n">55.00 %</td>\n<td class="n">33.00 %</td>',
        '<td>evaluate_detector</td><td>micro_ap50</td><td class="n"',
        'alt="Signs that were missed"',
        'href="#scenes"',
    ):
        assert text in page, text


@pytest.mark.parametrize(
    ("stage", "values", "text"),
    [
        ("evaluate_detector", {"tested_on": "drawn roads (9, seed 0)"}, "Tested on drawings"),
        ("evaluate_detector", {"small_ap50": ...}, "below 32 pixels, AP50 | undefined |"),
        (
            "evaluate_detector",
            {"micro_ap50": ..., "micro_ap50_low": ..., "micro_ap50_high": ...},
            "named, micro-AP50 | undefined |",
        ),
        ("export_detector", {"int8_val_ap50": None, "fp32_val_ap50": 0.5}, "50.00 % in FP32."),
        ("export_detector", {"fp32_val_ap50": float("nan")}, "an AP50 of undefined in FP32"),
    ],
)
def test_what_may_be_missing(stage: str, values: dict[str, Any], text: str, facts: Facts) -> None:
    other = changed(facts, stage, **values)
    assert text in card_of(other)
    assert "<h2 id" in html_report(other)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (
            {},
            (
                "signs found | 7 (87.50 %) |",
                "were named | 1 of 4 |",
                "no sign | 30.0 |",
                "median | 0.36 s |",
                "| 28 m |",
            ),
        ),
        (
            {"until_named_s": None, "meters_before": None, "idf1": None},
            ("given, median | undefined |", "IDF1 | undefined |"),
        ),
        ({"signs": 0, "found": 0, "minutes": 0.0}, ("found | 0 |", "no sign | undefined |")),
        ({"clips": 0}, ("no drives could be drawn",)),
    ],
)
def test_drives(values: dict[str, Any], texts: tuple[str, ...], facts: Facts) -> None:
    other = changed(facts, "evaluate_tracker", **values)
    card, page = card_of(other, "## Drives", "## Params"), html_report(other)
    for text in texts:
        assert text in card, text
        assert text.strip("| ").split(" | ")[-1] in page
    assert 'href="#drives"' in page


def without_signs(scenes: SceneFacts) -> SceneFacts:
    """As of a test part without a single sign."""

    def emptied(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
        return table.assign(**dict.fromkeys(columns, float("nan")))

    kept = ("detector_version", "model_version", "trained_on", "tested_on", "scenes")
    evaluated = scenes.metrics["evaluate_detector"]
    evaluated = {name: value for name, value in evaluated.items() if name in kept}
    return replace(
        scenes,
        metrics={**scenes.metrics, "evaluate_detector": evaluated},
        precision=emptied(scenes.precision, "ap50", "ap75", "ap50_95").assign(signs=0),
        sizes=emptied(scenes.sizes, "any_sign", "map50").assign(signs=0),
        recalls=emptied(scenes.recalls, "recall"),
    )


def test_a_test_part_without_signs(facts: Facts) -> None:
    empty = replace(facts, scenes=without_signs(facts.scenes))
    for text in (card_of(empty), html_report(empty)):
        assert "nan %" not in text
        assert ">nan<" not in text
        assert "undefined" in text
    assert "| any sign | 0 | undefined | undefined | undefined | undefined |" in card_of(empty)


def test_tables_need_no_row_of_the_detector_alone(scenes: SceneFacts) -> None:
    alone = scenes.precision["ranking"] == "sign_score"
    some = replace(scenes, precision=scenes.precision[~alone])
    assert [row["alone"] for row in scene_names(some)["kinds"]] == [None, None]
