"""The page in English and in German: its texts, and which language a visit has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from signs.catalog.detection_categories import CATEGORIES
from signs.catalog.gtsrb import GTSRB
from signs.catalog.language import Language
from signs.serving import refusals
from tests.conftest import ROOT
from tests.serving.conftest import picture
from tests.serving.server import Server, free_port
from tests.ui.conftest import quiet
from tests.ui.test_app import png, upload
from ui.client import in_a_sentence
from ui.clip import cut_text, progress_text
from ui.language import (
    MESSAGES,
    NAMES,
    NO_BREAK,
    category,
    name_of,
    number,
    percent,
    translated,
    translated_title,
)
from ui.many import STATES
from ui.model_tab import PLOTS
from ui.recognize_tab import SHOWN, SOURCES
from ui.timeline import clock

TEXTS = {f"{section}.{name}": text for section, of in MESSAGES.items() for name, text in of.items()}
BRACES = re.compile(r"{(\w*)}")
# Keys that are put together, by section, and what they are put together from.
MADE = {
    "plot": set(PLOTS),
    "category": {name.replace(" ", "_") for name in (*GTSRB.categories, *CATEGORIES)},
    "refused": {k.code for k in vars(refusals).values() if isinstance(k, refusals.Kind)}
    | {"other"},
}
# What looks like words to read in a module of the page, and is not.
PROSE = re.compile(r"[A-Za-zäöü]{2,}[,.:]? [A-Za-zäöü]{2,}|^[A-Z][a-z]+$")
VALUES = {*SOURCES, *SHOWN, *STATES, *NAMES.values(), "Mobi", "drawn "}
NEEDED = re.compile(r"[a-z_ ]+")  # the keys of an answer


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "ui").glob("*.py")):
        if path.name != "__main__.py":  # a command, whose messages go to a terminal
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def constants(tree: ast.Module) -> set[str]:
    """The texts in a module that are not its documentation."""
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    }


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.language.language", lambda: Language.GERMAN)


@pytest.mark.parametrize("key", TEXTS)
def test_each_text_is_there_in_both_languages_with_the_same_braces(key: str) -> None:
    text = TEXTS[key]
    assert set(text) == set(Language)
    assert all(each.strip() for each in text.values())
    english, german = (BRACES.findall(text[language]) for language in Language)
    assert sorted(english) == sorted(german)


def test_each_text_is_used_and_each_that_is_used_is_there() -> None:
    used = set().union(*(constants(tree) for _, tree in modules())) & TEXTS.keys()
    made = {f"{section}.{name}" for section, names in MADE.items() for name in names}
    sections = tuple(f"{section}." for section in MADE)
    assert TEXTS.keys() - used == {key for key in TEXTS if key.startswith(sections)}
    assert {key for key in TEXTS if key.startswith(sections)} <= made
    assert {f"plot.{name}" for name in PLOTS} <= TEXTS.keys()
    assert {key for key in made if key.startswith("category.")} <= TEXTS.keys()


def test_each_text_gets_the_values_that_it_has_braces_for() -> None:
    calls = 0
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "say_in"):
                given = {keyword.arg for keyword in node.keywords}
                *_, key = node.args
                if isinstance(key, ast.Constant):
                    text = TEXTS[str(key.value)][Language.ENGLISH]
                    assert given == set(BRACES.findall(text)), (path, key.value)
                    calls += 1
    assert calls > 100


def test_no_module_of_the_page_has_a_text_of_its_own() -> None:
    for path, tree in modules():
        own = {text for text in constants(tree) - VALUES if PROSE.search(text)}
        if path.name == "client.py":
            own = {text for text in own if not NEEDED.fullmatch(text)}
        assert all(text.startswith(("<", "stopped after")) for text in own), (path, own)


@pytest.mark.usefixtures("german")
def test_numbers_and_names_in_german() -> None:
    assert number(1234.56, 1) == "1234,6"
    assert percent(0.9864, 1) == f"98,6{NO_BREAK}%"
    assert clock(3.14) == "0:03,1"
    assert name_of({"name": "Stop", "german": "Halt. Vorfahrt gewähren"}).startswith("Halt.")
    assert name_of({"name": "Stop"}) == "Stop"  # of an older service
    assert translated("Yield") == "Vorfahrt gewähren"
    assert translated("My own sign") == "My own sign"
    assert translated_title("13 Yield") == "13 Vorfahrt gewähren"
    assert category("speed limit") == "Geschwindigkeit"
    assert category("my own") == "my own"


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("bad_image", "Dieses Bild lässt sich nicht lesen. Der Dienst meldet: „It is cut.“"),
        (
            "not_shown",
            "Dieses Bild kann nicht angezeigt werden. Der Grund auf Englisch: „it is cut“.",
        ),
        ("a_new_code", "Der Dienst hat die Anfrage abgelehnt. Er meldet: „It is cut.“"),
    ],
)
def test_refusals_in_german_say_what_the_service_says(code: str, expected: str) -> None:
    refusal = {"error": {"code": code, "message": "it is cut"}}
    assert in_a_sentence(refusal) == expected
    assert in_a_sentence(refusal, Language.ENGLISH).lower().endswith("it is cut.")


@pytest.mark.usefixtures("german")
def test_clips_in_german() -> None:
    status = {"status": "running", "read_s": 1.0, "duration_s": 4.0, "left_s": 12.3}
    assert progress_text(status) == "0:01,0 von 0:04,0 gelesen, noch etwa 12 s"
    assert cut_text("stopped after 2.5 s").endswith("nach 2,5 s angehalten.")
    assert cut_text("it breaks off").endswith("Der Dienst meldet: „it breaks off“.")


def opened(monkeypatch: pytest.MonkeyPatch, url: str, lang: str) -> AppTest:
    monkeypatch.setenv("SERVICE_URL", url)
    app = AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=60)
    if lang:
        app.query_params["lang"] = lang
    return quiet(app.run())


def test_the_address_gives_the_language(
    ui_service: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = upload(opened(monkeypatch, ui_service.url, "de"), png())
    assert app.main.title[0].value == "Deutsche Verkehrszeichen"
    assert app.metric[0].label == "Konfidenz"
    assert app.main.subheader[0].value in GTSRB.german
    assert app.dataframe[0].value["name"].iloc[0] in GTSRB.german


@pytest.mark.parametrize("lang", ["", "fr", "DE"])
def test_other_languages_are_english(
    lang: str, ui_service: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(monkeypatch, ui_service.url, lang)
    assert app.main.title[0].value == "German traffic signs"


def test_a_switch_keeps_upload_and_tab(ui_service: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    app = upload(opened(monkeypatch, ui_service.url, ""), png(), png("b.png", picture()[:99]))
    app.session_state["tab"] = "Signs"
    quiet(app.run())
    quiet(app.pills(key="language").set_value(Language.GERMAN).run())
    assert app.query_params["lang"] == "de"
    assert app.session_state["tab"] == "Verkehrszeichen"
    first, second = app.dataframe[0].value, app.dataframe[1].value
    assert sorted(first["state"]) == ["Erkannt", "Nicht lesbar"]
    assert list(second["name"]) == list(GTSRB.german)
    quiet(app.pills(key="language").set_value(Language.ENGLISH).run())
    assert app.query_params["lang"] == "en"
    assert sorted(app.dataframe[0].value["state"]) == ["Recognized", "Unreadable"]


def test_no_service_in_german(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    app = opened(monkeypatch, nowhere, "de")
    assert app.sidebar.error[0].value.startswith(f"Der Dienst unter {nowhere} läuft nicht. Starten")
