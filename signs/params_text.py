"""The text of `params.yaml`: read as DVC reads it; what is wrong in it, in one line."""

import difflib
import math
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from signs.errors import SignsError

CONFLICT = re.compile(r"^(<{7} |>{7} )", re.MULTILINE)  # what git leaves of two versions
THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")  # or a decimal comma: who can tell?


def read_yaml(path: Path) -> Any:
    """The content of a YAML 1.2 file, as DVC sees it: `yes` and `12:30` are text, 010 is ten.

    Raises:
        SignsError: the file is missing, not in UTF-8 or not valid YAML, or a key stands in it
            twice; one line that names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SignsError(f"{path} not found: run this from the project's root") from None
    except UnicodeDecodeError:
        raise SignsError(f"{path} is not valid YAML: save it in the encoding UTF-8") from None
    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError) as error:  # ValueError: a date that no calendar has
        raise SignsError(f"{path} is not valid YAML: {_what_is_wrong(error, text)}") from None


def first_line(error: ValidationError, content: Any, model: type[BaseModel]) -> str:
    """The first of the errors in one line, unknown keys first: a misspelt key is also missing.

    Args:
        content: what was validated.
        model: what it was validated against.
    """
    errors = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    first = errors[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        section: Any = model
        for part in first["loc"][:-1]:
            section = section.model_fields[part].annotation
        known = list(section.model_fields)
        above, _, below = str(first["loc"][-1]).rpartition(".")
        if above:
            return f"unknown key {place}; write {below} on a line of its own below {above}:"
        near = difflib.get_close_matches(str(first["loc"][-1]).lower(), known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}"
        return f"unknown key {place}; {hint}"
    if first["type"] == "missing":
        return f"{place} is missing"
    if not isinstance(content, dict):
        return "expected keys and values at the top level"
    message = first["msg"].removeprefix("Value error, ")
    if not place:
        return message
    remedy = _what_to_write(first["type"], first["input"])
    given = "nothing" if first["input"] is None else repr(first["input"])
    return f"{place}: {message[0].lower()}{message[1:]}, got {given}{remedy}"


def _what_is_wrong(error: Exception, text: str) -> str:
    if conflict := CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        return f"line {line}: two versions that git could not merge; keep one of them"
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return str(error).splitlines()[0]
    mark = error.problem_mark
    if error.context_mark and "simple key" in str(error.context):  # the problem is a line too late
        mark = error.context_mark
    line = mark.line + 1
    problem = str(error.problem).partition(" with value")[0]  # of a key that stands there twice
    if "duplicate key" in problem:
        return f"line {line}: {problem}; keep one of the two"
    if r"'\t'" in problem:
        return f"line {line}: {problem}; write spaces in place of the tab"
    return (
        f"line {line} or before it: {problem}; put text with special characters between single "
        "quotes, a space after each colon, and the same number of spaces before each line of a "
        "section"
    )


def _what_to_write(kind: str, value: Any) -> str:
    """What to do about a value of a wrong type, after "; "; nothing where the message says it."""
    remedy = ""
    if kind == "bool_type":
        remedy = "write true or false"
    elif kind == "string_type" and value is not None:
        remedy = "put it between single quotes"
    elif kind in ("int_type", "float_type"):
        number = _as_number(value)
        if number is not None and (kind == "float_type" or number.is_integer()):
            plain = str(int(number)) if kind == "int_type" else str(number)
            remedy = f"write {plain}" + (" without quotes" if plain == value else "")
    return f"; {remedy}" if remedy else ""


def _as_number(value: Any) -> float | None:
    """What a number of another type, or a text with a decimal comma or in quotes, stands for."""
    if isinstance(value, str) and THOUSANDS.fullmatch(value):
        return None
    if isinstance(value, str) and re.fullmatch(r"[-+]?\d*[.,]?\d+([eE][-+]?\d+)?", value):
        value = float(value.replace(",", "."))
    return value if isinstance(value, float) and math.isfinite(value) else None
