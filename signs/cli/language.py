"""The language of tables, and of names in pictures: `--lang`, or the locale."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from signs.catalog.language import Language, language_of

F = TypeVar("F", bound=Callable[..., Any])

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts, as in POSIX
# What tables say in English, and the same in German.
GERMAN = {
    "image": "Bild",
    "picture": "Bild",
    "clip": "Video",
    "sign": "Verkehrszeichen",
    "StVO": "StVO",
    "recognized": "erkannt",
    "yes": "ja",
    "no": "nein",
    "known": "bekannt",
    "probability": "Wahrscheinlichkeit",
    "score": "Bewertung",
    "box": "Rahmen",
    "category": "Kategorie",
    "prohibitory": "Verbot",
    "danger": "Gefahr",
    "mandatory": "Gebot",
    "other": "andere",
    "seen": "zu sehen",
    "frames": "Einzelbilder",
    "{first} to {last}": "{first} bis {last}",
    "no sign": "kein Verkehrszeichen",
    "no sign recognized": "kein Verkehrszeichen erkannt",
    "model {version} ({arch}), trained on {data}": (
        "Modell {version} ({arch}), trainiert mit {data}"
    ),
    "detector {version} ({arch}), trained on {data}": (
        "Detektor {version} ({arch}), trainiert mit {data}"
    ),
    "?: not recognized": "?: nicht erkannt",
    "recognized: known is at least {threshold}": "erkannt: bekannt zu mindestens {threshold}",
    "recognized: score is at least {threshold}, and the model knows the sign": (
        "erkannt: Die Bewertung ist mindestens {threshold}, und das Modell kennt das "
        "Verkehrszeichen"
    ),
}


def lang_option(command: F) -> F:
    """The option `--lang` of click; left out, the language is that of the locale."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice([language.value for language in Language]),
        callback=_language,
        help="Language of the table and of names in pictures; left out, that of the locale "
        "(LC_ALL, LC_MESSAGES, LANG).",
    )(command)


def said(text: str, language: Language, **values: object) -> str:
    """A text of a table in a language, with values for what it has in braces.

    Args:
        text: in English, one of those in `GERMAN`.
    """
    return (GERMAN[text] if language is Language.GERMAN else text).format(**values)


def _language(context: click.Context, option: click.Parameter, value: str | None) -> Language:
    if value is not None:
        return Language(value)
    return language_of(next(filter(None, map(os.environ.get, VARIABLES)), ""))
