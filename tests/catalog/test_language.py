"""Which language a locale asks for, and what signs are called in it."""

from dataclasses import replace

import pytest

from signs.catalog.gtsrb import GTSRB
from signs.catalog.language import Language, language_of, names_in


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("de", "de"), ("de_DE.UTF-8", "de"), ("de-AT", "de"), ("DE", "de"), ("de_CH@euro", "de"),
        ("", "en"), ("C", "en"), ("C.UTF-8", "en"), ("POSIX", "en"), ("en_US", "en"), ("fr", "en"),
        ("nds_DE", "en"),
    ],
)  # fmt: skip
def test_what_does_not_begin_with_de_is_english(locale: str, expected: str) -> None:
    assert language_of(locale).value == expected


def test_names() -> None:
    assert names_in(Language.ENGLISH, GTSRB) == GTSRB.names
    assert names_in(Language.GERMAN, GTSRB) == GTSRB.german
    without = replace(GTSRB, german=("", *GTSRB.german[1:]))
    assert names_in(Language.GERMAN, without) == (GTSRB.names[0], *GTSRB.german[1:])
