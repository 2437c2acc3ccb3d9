"""The fields of forms, and how their text is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from signs.catalog.language import Language
from signs.serving import refusals
from signs.serving.refusals import Kind

DEFAULT_TOP_K = 3
WHOLE_NUMBER = re.compile(r"\s*(\d{1,9})\s*", re.ASCII)
SHARE = re.compile(r"\s*(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class TextField:
    """How a field of text is read; part of the annotation of a form's field.

    Attributes:
        read: from text to a value; raises ValueError for text that has none.
        kind: the refusal of such text.
        hint: what to send, for the refusal's message.
    """

    read: Callable[[str], Any]
    kind: Kind
    hint: str


def read_positive(text: str) -> int:
    """A whole number from 1, of at most nine ASCII digits.

    Raises:
        ValueError: the text is something else.
    """
    found = WHOLE_NUMBER.fullmatch(text)
    if not found or int(found[1]) < 1:
        raise ValueError(text)
    return int(found[1])


def read_share(text: str) -> float:
    """A number from 0 to 1, written with ASCII digits and at most one point.

    Raises:
        ValueError: the text is something else.
    """
    found = SHARE.fullmatch(text)
    if not found or float(found[1]) > 1:
        raise ValueError(text)
    return float(found[1])


File = Annotated[bytes, WithJsonSchema({"type": "file", "format": "binary"})]
TopK = Annotated[
    int,
    Field(ge=1, description="How many classes to name."),
    TextField(read_positive, refusals.BAD_TOP_K, "send one whole number from 1"),
]
MinScore = Annotated[
    float | None,
    WithJsonSchema(
        {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "Lists all signs of at least this score; left out, the recognized ones.",
        }
    ),
    TextField(read_share, refusals.BAD_MIN_SCORE, "send one number from 0 to 1"),
]


Lang = Annotated[
    Language,
    WithJsonSchema(
        {
            "type": "string",
            "enum": [language.value for language in Language],
            "description": "Language of the names that are drawn; left out, English.",
        }
    ),
    TextField(Language, refusals.BAD_LANG, "send en or de"),
]
