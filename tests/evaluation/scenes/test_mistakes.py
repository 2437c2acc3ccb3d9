"""Lists of mistakes, audits of them, and pictures."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.errors import SignsError
from signs.evaluation.scenes.audit import Verdict, audited, read_audit
from signs.evaluation.scenes.curves import froc, precision_recall
from signs.evaluation.scenes.gallery import TITLES, crops, draw_gallery
from signs.evaluation.scenes.mistakes import false_alarms, misses, mistakes, wrong_names
from signs.evaluation.scenes.plots import draw_froc, draw_precision_recall
from signs.evaluation.scenes.results import SceneResults
from signs.evaluation.scenes.summary import audit_table, figures, summary, tables
from signs.evaluation.scenes.tasks import judge
from signs.records.scene import IGNORED
from tests.evaluation.scenes.made import (
    KEEP_RIGHT,
    LIMIT_30,
    LIMIT_50,
    OUTSIDE,
    STOP,
    A,
    B,
    C,
    Sign,
    detections,
    random_results,
    results_of,
    scene,
)

LOOSE = (0.0, 0.0, 20.0, 8.0)  # an IoU of 0.4 with A
NEW = (60.0, 60.0, 90.0, 90.0)


@pytest.fixture
def mixed() -> SceneResults:
    """Each kind of mistake once, and what is none."""
    return results_of(
        (
            [(A, STOP), (B, LIMIT_30), (NEW, IGNORED)],
            [
                (A, 0.9, STOP),
                (A, 0.8, STOP),
                (LOOSE, 0.7, STOP),
                (B, 0.6, LIMIT_50),
                (NEW, 0.95, STOP),
            ],
        ),
        ([(C, OUTSIDE)], [(C, 0.97, STOP), (NEW, 0.5, KEEP_RIGHT), (A, 0.1, STOP)]),
        ([(A, KEEP_RIGHT), (B, KEEP_RIGHT)], [(A, 0.15, KEEP_RIGHT)]),
    )


def rows_of(table: pd.DataFrame, columns: list[str]) -> list[list[object]]:
    return table[columns].to_numpy(dtype=object).tolist()


def test_false_alarms(mixed: SceneResults) -> None:
    table = false_alarms(mixed, "score", 0.3)
    assert rows_of(table, ["scene", "place", "kind", "answer"]) == [
        ["road-0", 0, "double", "14 Stop"],
        ["road-0", 0, "loose box", "14 Stop"],
        ["road-1", 1, "background", "38 Keep right"],
    ]
    assert table["score"].tolist() == pytest.approx([0.8, 0.7, 0.5])
    assert table["iou"].tolist() == pytest.approx([1, 0.4, 0])
    assert rows_of(table, ["left", "top", "right", "bottom"])[2] == list(NEW)
    alone = false_alarms(mixed, "sign_score", 0.3)
    assert set(alone["answer"]) == {"prohibitory"}


def test_misses(mixed: SceneResults) -> None:
    table = misses(mixed, "score", 0.3)
    assert rows_of(table, ["scene", "truth", "left"]) == [
        ["road-2", "38 Keep right", A[0]],
        ["road-2", "38 Keep right", B[0]],
    ]
    assert table["best"].tolist() == pytest.approx([0.15, np.nan], nan_ok=True)
    assert len(misses(mixed, "score", 0.1)) == 1


def test_wrong_names(mixed: SceneResults) -> None:
    table = wrong_names(mixed, 0.3)
    assert rows_of(table, ["scene", "answer", "truth"]) == [
        ["road-1", "14 Stop", "outside sign"],
        ["road-0", "02 Speed limit (50 km/h)", "01 Speed limit (30 km/h)"],
    ]
    assert wrong_names(mixed, 0.98).empty


def test_no_mistakes() -> None:
    fine = results_of(([(A, STOP)], [(A, 0.9, STOP)]), ([], []))
    for table in (false_alarms(fine, "score", 0), misses(fine, "score", 0), wrong_names(fine, 0)):
        assert table.empty
        assert list(table.columns[:3]) == ["scene", "place", "left"]


@pytest.mark.parametrize(
    ("signs", "counts"),
    [
        ([], [0, 1, 0]),
        ([(A, IGNORED)], [0, 0, 0]),
        ([(A, OUTSIDE)], [0, 0, 1]),
        ([(A, STOP)], [0, 0, 0]),
        ([(B, STOP)], [1, 1, 0]),
        ([(A, KEEP_RIGHT)], [0, 0, 1]),
    ],
)
def test_all_kinds_of_mistakes(signs: list[Sign], counts: list[int]) -> None:
    found = mistakes(results_of((signs, [(A, 0.9, STOP)]), ([], [])), 0.3)
    assert list(found) == ["misses", "false_alarms", "wrong_names"] == list(TITLES)
    assert [len(table) for table in found.values()] == counts


def test_crops_hold_the_box_with_context(mixed: SceneResults) -> None:
    table = false_alarms(mixed, "score", 0.3)
    sides = ["left", "top", "right", "bottom"]
    boxes = table[sides].to_numpy(int).tolist()
    rows = zip(crops(mixed.scenes, table), table["place"].tolist(), boxes, strict=True)
    for crop, place, (x, y, end_x, end_y) in rows:
        pixels = np.asarray(Image.open(BytesIO(mixed.scenes[place].data)))
        left, top, right, bottom = (int(side) for side in crop.box)
        height, width = bottom - top, right - left
        side = max(height, width)
        assert crop.pixels.shape == (side + 2 * max(side, 16), side + 2 * max(side, 16), 3)
        assert (crop.pixels[top:bottom, left:right] == pixels[y:end_y, x:end_x]).all()


def test_galleries(mixed: SceneResults, tmp_path: Path) -> None:
    table = false_alarms(mixed, "score", 0.3)
    for name in ("a.png", "b.png"):
        draw_gallery(mixed.scenes, table, "False alarms", 8, tmp_path / name)
    draw_gallery(mixed.scenes, table.head(0), "False alarms", 8, tmp_path / "none.png")
    draw_gallery(mixed.scenes, pd.concat([table] * 4), "False alarms", 10, tmp_path / "two.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert red(tmp_path / "a.png") > 100
    assert red(tmp_path / "none.png") == 0
    assert Image.open(tmp_path / "two.png").height > 1.5 * Image.open(tmp_path / "a.png").height
    draw_gallery(mixed.scenes, misses(mixed, "score", 0.3), "Misses", 8, tmp_path / "misses.png")
    draw_gallery(mixed.scenes, wrong_names(mixed, 0), "Wrong names", 8, tmp_path / "names.png")


def red(path: Path) -> int:
    """Red pixels: the boxes."""
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    return int((pixels[..., 0] - pixels[..., 1] > 100).sum())


@pytest.mark.parametrize("seed", [None, 0])
def test_curves_are_drawn(seed: int | None, tmp_path: Path) -> None:
    results = results_of(([], [])) if seed is None else random_results(seed, scenes=20)
    matches = judge(results, "score", "any sign")
    for name in ("a", "b"):
        draw_froc({"score": froc(matches)}, tmp_path / f"{name}-froc.png")
        draw_precision_recall({"score": precision_recall(matches)}, tmp_path / f"{name}-pr.png")
    for kind in ("froc", "pr"):
        files = [tmp_path / f"{name}-{kind}.png" for name in ("a", "b")]
        assert files[0].read_bytes() == files[1].read_bytes()


AUDIT = "scene,left,top,right,bottom,verdict,note\n"


def test_an_audit_completes_the_labels(mixed: SceneResults, tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    path.write_text(
        AUDIT
        + "road-1,60,60,90,90,real sign,by eye\n"
        + "road-0,0,0,20,8,false alarm,\n"
        + "elsewhere,0,0,20,8,real sign,\n",
        encoding="utf-8",
    )
    audit = read_audit(path)
    assert audit[0] == Verdict("road-1", NEW, "real sign")
    assert [len(some) for some in (audit, false_alarms(mixed, "score", 0.3))] == [3, 3]
    better = audited(mixed, audit)
    assert false_alarms(better, "score", 0.3)["kind"].tolist() == ["double", "loose box"]
    table = audit_table(mixed, audit, 0.3).set_index("figure")
    assert (table["raw"]["false_alarms"], table["audited"]["false_alarms"]) == (3, 2)
    assert table["raw"]["micro_ap50"] == figures(mixed)["micro_ap50"]
    assert table["audited"]["micro_ap50"] == figures(better)["micro_ap50"]
    assert list(table.index[:-1]) == list(figures(mixed))


def test_an_audited_outside_sign_has_a_wrong_name_and_raises_no_alarm(mixed: SceneResults) -> None:
    better = audited(mixed, [Verdict("road-1", NEW, "outside sign")])
    assert len(false_alarms(better, "score", 0.3)) == 2
    assert (wrong_names(better, 0.3)["truth"] == "outside sign").sum() == 2
    assert len(wrong_names(audited(mixed, [Verdict("road-1", NEW, "real sign")]), 0.3)) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scene,left\nroad,1\n", "lacks the columns top, right, bottom, verdict"),
        (AUDIT + "road,1,2,three,4,real sign,\n", "row 1: 1, 2, three, 4 is not a box"),
        (AUDIT + "road,1,2,1,4,real sign,\n", "row 1: 1, 2, 1, 4 is not a box"),
        (AUDIT + "road,1,2,nan,4,real sign,\n", "is not a box"),
        (AUDIT + "road,1,2,3,4,real sign,\nroad,1,2,3,4,perhaps,\n", 'row 2: verdict "perhaps"'),
        (AUDIT, "has no rows"),
        (None, "not found"),
    ],
)
def test_bad_audits_get_one_line(text: str | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SignsError, match=message):
        read_audit(path)


def test_summary_of_perfect_answers() -> None:
    results = results_of(*[([(A, LIMIT_30)], [(A, 0.9, LIMIT_30)])] * 3)
    assert summary(results, rounds=20) == {
        "map50": 1,
        "any_sign_ap50": 1,
        "any_sign_ap75": 1,
        "any_sign_ap50_95": 1,
        "small_ap50": 1,
        "recall_at_1_in_10": 1,
        "recall_at_1_in_100": 1,
        "micro_ap50": 1,
        "mean_ap50": 1,
        "detector_any_sign_ap50": 1,
        "micro_ap50_low": 1,
        "micro_ap50_high": 1,
    }


def test_summary_of_the_detector_alone() -> None:
    answer = detections([(A, 0.9, STOP)])
    results = SceneResults((scene([(A, STOP)]),), (answer.candidates,), GTSRB)
    values = summary(results)
    assert "map50" not in values  # stop signs are "other", and there is no sign of the three
    assert values["any_sign_ap50"] == 1
    assert not any("micro" in name or "detector" in name for name in values)
    assert "scene_classes" not in tables(results)


def test_summary_without_signs() -> None:
    assert summary(results_of(([], [(A, 0.9, STOP)])), rounds=5) == {}


def test_summary_is_repeatable_and_its_interval_holds_it() -> None:
    results = random_results(5, scenes=40)
    values = summary(results, rounds=200)
    assert values == summary(results, rounds=200)
    assert values["micro_ap50_low"] < values["micro_ap50"] < values["micro_ap50_high"]


def test_tables_tell_the_rankings_apart(mixed: SceneResults) -> None:
    found = tables(mixed)
    assert sorted(found) == [
        "scene_areas", "scene_classes", "scene_froc", "scene_precision", "scene_precision_recall",
        "scene_recalls", "scene_sizes",
    ]  # fmt: skip
    for name, table in found.items():
        if name != "scene_classes":
            assert table.columns[0] == "ranking"
            assert table["ranking"].unique().tolist() == ["score", "sign_score"]
