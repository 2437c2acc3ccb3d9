"""`--lang`, and the locale: tables and pictures change, what other programs read does not."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from signs.cli import main
from signs.cli.language import GERMAN, VARIABLES
from signs.media.clip import Sampling
from signs.media.opening import open_clip
from tests.cli.conftest import Run
from tests.conftest import ROOT
from tests.tiny_models import road, save_recognizer

ENGLISH_HEADS = ["picture", "box", "sign", "StVO", "score", "category"]
GERMAN_HEADS = ["Bild", "Rahmen", "Verkehrszeichen", "StVO", "Bewertung", "Kategorie"]


def rows(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    lines = (re.split("[│┃]", line)[1:-1] for line in result.stdout.splitlines())
    return [[cell.strip() for cell in line] for line in lines if line]


@pytest.mark.parametrize(
    ("options", "variables", "expected"),
    [
        ([], {}, ENGLISH_HEADS),
        (["--lang", "de"], {}, GERMAN_HEADS),
        ([], {"LANG": "de_DE.UTF-8"}, GERMAN_HEADS),
        ([], {"LANG": "de_DE.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, ENGLISH_HEADS),
        ([], {"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_AT"}, GERMAN_HEADS),
        ([], {"LC_MESSAGES": "de_AT", "LC_ALL": "C"}, ENGLISH_HEADS),
        ([], {"LANG": "de_CH", "LC_MESSAGES": "", "LC_ALL": ""}, GERMAN_HEADS),  # empty: not set
        (["--lang", "en"], {"LC_ALL": "de_DE.UTF-8"}, ENGLISH_HEADS),
    ],
)
def test_which_language_counts(
    options: list[str],
    variables: dict[str, str],
    expected: list[str],
    detect: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert rows(detect("a.png", *options))[0] == expected


def test_other_languages_are_refused(detect: Callable[..., Result]) -> None:
    result = detect("a.png", "--lang", "fr")
    assert result.exit_code == 2
    assert "'fr' is not one of 'en', 'de'" in result.stderr


def test_the_table_of_detect(detect: Callable[..., Result]) -> None:
    result = detect("a.png", "roads/02.png", "--lang", "de", "--min-score", 0)
    assert rows(result)[1:] == [
        ["a.png", "50, 50, 90, 90", "Halt. Vorfahrt gewähren", "206", "97.0%", "andere"],
        [
            "", "100, 100, 160, 160", "Vorgeschriebene Vorbeifahrt: rechts vorbei", "222",
            "87.2%", "Gebot",
        ],
        ["", "10, 10, 30, 30", "Vorfahrtstraße?", "306", "31.3%", "andere"],
        ["", "200, 20, 230, 60", "Verbot der Einfahrt?", "267", "16.4%", "Verbot"],
        ["roads/02.png", "", "kein Verkehrszeichen", "", "", ""],
    ]  # fmt: skip
    caption = " ".join(result.stdout.rpartition("┘")[2].split())
    assert caption == (
        "Detektor fedcba987654-fp32 (colors), trainiert mit colors; Modell 0123456789ab-fp32 "
        "(colors), trainiert mit colors; ?: nicht erkannt; erkannt: Die Bewertung ist mindestens "
        "40.0%, und das Modell kennt das Verkehrszeichen"
    )
    assert "kein Verkehrszeichen erkannt" in detect("roads/02.png", "--lang", "de").stdout


def test_the_table_of_predict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model = save_recognizer(Path("model.onnx"))
    road((40, 40), stop=(0, 0, 40, 40)).save("stop.png")
    road((40, 40), outside=(0, 0, 40, 40)).save("outside.png")
    given = ["predict", "stop.png", "outside.png", "--model", str(model), "--top", "1"]
    result = CliRunner().invoke(main, [*given, "--lang", "de"])
    assert [row[:5] for row in rows(result)] == [
        ["Bild", "erkannt", "bekannt", "Verkehrszeichen", "StVO"],
        ["stop.png", "ja", "99.0%", "Halt. Vorfahrt gewähren", "206"],
        ["outside.png", "nein", "3.0%", "Verbot der Einfahrt", "267"],
    ]
    caption = " ".join(result.stdout.rpartition("┘")[2].split())
    assert caption.endswith("trainiert mit colors; erkannt: bekannt zu mindestens 50.0%")


def test_the_table_of_track(track: Run) -> None:
    result = track("a.mp4", "empty.mp4", "--lang", "de")
    assert rows(result) == [
        ["Video", "zu sehen", "Verkehrszeichen", "StVO", "Wahrscheinlichkeit", "Einzelbilder"],
        ["a.mp4", "0:00 bis 0:00", "Halt. Vorfahrt gewähren", "206", "99.9%", "15"],
        ["", "0:00 bis 0:00", "Vorgeschriebene Vorbeifahrt: rechts vorbei", "222", "99.9%", "11"],
        ["empty.mp4", "", "kein Verkehrszeichen", "", "", ""],
    ]


def test_pictures_and_clips_change_and_what_programs_read_does_not(
    detect: Callable[..., Result], track: Run
) -> None:
    pictures: dict[str, list[bytes]] = {}
    others: dict[str, list[bytes]] = {}
    for lang in ("en", "de"):
        option = ["--lang", lang]
        said = [
            detect("a.png", "--json", "--csv", "o.csv", "--coco", "o.json", "--draw", "o.png",
                   *option).stdout,
            track("a.mp4", "--json", "--csv", "t.csv", "--mot", "t.txt", "--video", "t.mp4",
                  *option).stdout,
            track("a.mp4", "--json-lines", *option).stdout,
        ]  # fmt: skip
        detect("roads", "--draw", "drawn", *option)
        frames = open_clip("t.mp4", Sampling(), print).frames()
        drawn = [np.asarray(Image.open(name)) for name in ("o.png", "drawn/1.png")]
        clip = np.stack([frame.pixels for frame in frames])
        pictures[lang] = [array.tobytes() for array in (*drawn, clip)]
        files = [Path(name).read_bytes() for name in ("o.csv", "o.json", "t.csv", "t.txt")]
        others[lang] = [*files, *(text.encode() for text in said)]
    assert others["en"] == others["de"]
    assert all(en != de for en, de in zip(pictures["en"], pictures["de"], strict=True))


def test_each_text_of_a_table_is_translated_and_each_translation_used() -> None:
    used = set()
    for path in (ROOT / "signs" / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name in ("said", "say", "_say") and isinstance(node.args[0], ast.Constant):
                    used.add(node.args[0].value)
    categories = {"prohibitory", "danger", "mandatory", "other"}
    assert used | categories == set(GERMAN)
    for english, german in GERMAN.items():
        assert re.findall(r"{\w*}", english) == re.findall(r"{\w*}", german)
