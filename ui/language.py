"""The language of the page: the one that the visitor chose, or else the browser's."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from signs.catalog.gtsrb import GTSRB
from signs.catalog.language import Language, language_of

Message = Mapping[Language, str]

MESSAGES: dict[str, dict[str, Message]] = tomllib.loads(
    (Path(__file__).parent / "messages.toml").read_text(encoding="utf-8")
)
QUERY = "lang"  # in the page's address
CHOICE = "language"  # in the session
NAMES = {Language.ENGLISH: "English", Language.GERMAN: "Deutsch"}
TABS = ("app.recognize", "app.model", "app.signs")
TAB = "tab"  # in the session: the name of the open one
NO_BREAK = "\N{NO-BREAK SPACE}"


def language() -> Language:
    """The language of this visit; English outside of one."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return Language.ENGLISH
    chosen = st.query_params.get(QUERY)
    if chosen in list(Language):
        return Language(chosen)
    return language_of(st.context.locale or "")


def say(key: str, **values: object) -> str:
    """A text of `messages.toml` in the language of the page.

    Args:
        key: section and name, such as "scene.found".
        values: for what the text has in braces.

    Raises:
        KeyError: there is no such text, or a value is missing.
    """
    return say_in(None, key, **values)


def say_in(lang: Language | None, key: str, **values: object) -> str:
    """The same in a language; None for that of the page."""
    section, _, name = key.partition(".")
    return MESSAGES[section][name][lang or language()].format(**values)


def number(value: float, digits: int = 0) -> str:
    """A number with so many digits behind the point, which is a comma in German."""
    return _pointed(f"{value:.{digits}f}")


def percent(share: float, digits: int = 0) -> str:
    """A share in 0 to 1, in percent: 98.6%, and in German 98,6 %."""
    text = f"{share:.{digits}%}"
    return text if language() is Language.ENGLISH else f"{_pointed(text[:-1])}{NO_BREAK}%"


def _pointed(text: str) -> str:
    return text if language() is Language.ENGLISH else text.replace(".", ",")


def name_of(sign: Mapping[str, Any]) -> str:
    """The name of a sign of the service's answer; an older service has English ones alone."""
    english = str(sign["name"])
    return english if language() is Language.ENGLISH else str(sign.get("german", english))


def translated(name: str) -> str:
    """The name of a sign whose English name is known; as it is where GTSRB lacks it."""
    if language() is Language.ENGLISH or name not in GTSRB.names:
        return name
    return GTSRB.german[GTSRB.names.index(name)]


def translated_title(title: str) -> str:
    """The same for an id and a name, such as "14 Stop"."""
    class_id, _, name = title.partition(" ")
    return f"{class_id} {translated(name)}"


def category(name: str) -> str:
    """A category of signs; as it is where it is one of a person's own label space."""
    key = name.replace(" ", "_")
    return say(f"category.{key}") if key in MESSAGES["category"] else name


def recognized(count: int) -> str:
    """How many signs are recognized."""
    if count > 1:
        return say("sign.many_recognized", count=count)
    return say("sign.one_recognized") if count else say("sign.none_recognized")


def show_switch() -> None:
    """Let the visitor choose, and keep the choice in the page's address."""
    st.pills(
        say("app.language"),
        list(NAMES),
        default=language(),
        required=True,
        format_func=NAMES.__getitem__,
        key=CHOICE,
        label_visibility="collapsed",
        on_change=_keep,
    )


def tell_browser() -> None:
    """Say which language the page is in: to screen readers, and browsers that can translate."""
    st.html(
        f"<script>document.documentElement.lang = '{language().value}'</script>",
        unsafe_allow_javascript=True,
    )


def _keep() -> None:
    before = [say(key) for key in TABS]
    st.query_params[QUERY] = st.session_state[CHOICE]
    if st.session_state.get(TAB) in before:  # the open tab stays open under its other name
        st.session_state[TAB] = say(TABS[before.index(st.session_state[TAB])])
