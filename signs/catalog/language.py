"""The languages in which people read the names of signs."""

from enum import StrEnum

from signs.catalog.label_space import LabelSpace


class Language(StrEnum):
    """A language, by its code of ISO 639-1."""

    ENGLISH = "en"
    GERMAN = "de"


def language_of(locale: str) -> Language:
    """German for a locale such as "de_DE.UTF-8" or "de-AT"; for all others English."""
    return Language.GERMAN if locale.lower().startswith("de") else Language.ENGLISH


def names_in(language: Language, label_space: LabelSpace) -> tuple[str, ...]:
    """The name of each sign, in English too where a label space has no German one: K names."""
    if language is Language.ENGLISH:
        return label_space.names
    rows = zip(label_space.german, label_space.names, strict=True)
    return tuple(german or name for german, name in rows)
