"""Plain American English and the field's terms, in every text of the tree."""

import re
import subprocess

import pytest

from tests.conftest import ROOT

# Left out: what others wrote or machines write, and records of the past.
EXCEPT = ("LICENSE", "dvc.lock", "docs/notebook/", "tests/test_words.py")
SUFFIXES = (
    ".py", ".md", ".yaml", ".yml", ".toml", ".j2", ".cff", ".json", ".css", ".csv", "Dockerfile",
    ".ci/run", ".ci/container",
)  # fmt: skip
BRITISH = (
    r"colou?r(?<!color)\w*", r"\bgrey\w*", r"\bcentre\w*", r"neighbour\w*", r"behaviour\w*",
    r"\blicence\w*", r"\bcatalogue\w*",
    r"\b\w+(?:ogn|mal|mar|tial|im|al|nt|thor|gan)is(?:e|ed|es|er|ers|ing|able|ations?)\b",
    r"\blearnt\b", r"\w*labelled\b", r"\bspoilt\b", r"\bhonour\w*", r"\bwhilst\b",
    r"\bjudgement\w*", r"\bartefact\w*", r"\bfavour\w*", r"\bmodell(?:ed|ing|er)\b",
)  # fmt: skip
DIALECT = (
    r"\banew\b", r"\bnobody\b", r"\bsurest\b", r"\bgone bad\b",
    r"\bnone of (?:the |its )?(?:43|signs|them)\b",
    r"\bpictures? of none\b", r"(?<!there )\b(?:is|are) no (?!longer)\w+",
)  # fmt: skip
FINE = {
    "otherwise",
    "likewise",
    "precise",
    "exercise",
    "promise",
    "raise",
    "noise",
    "premise",
    "advise",
}


def texts() -> list[tuple[str, int, str]]:
    """Each line of each tracked text, with its file and number."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    names = [
        n for n in listed.stdout.splitlines() if n.endswith(SUFFIXES) and not n.startswith(EXCEPT)
    ]
    return [
        (name, number, line)
        for name in names
        if (ROOT / name).is_file()
        for number, line in enumerate(
            (ROOT / name).read_text(encoding="utf-8").splitlines(), start=1
        )
    ]


def faults(line: str) -> list[str]:
    """What of a line is British or dialect; names hold words too."""
    found = re.finditer("|".join((*BRITISH, *DIALECT)), line.replace("_", " "), re.IGNORECASE)
    return [match[0] for match in found if match[0].lower() not in FINE]


def test_texts_are_in_plain_american_english() -> None:
    found = [f"{name}:{number}: {word}" for name, number, line in texts() for word in faults(line)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A gray sign, otherwise precise; there is no file.", []),
        ("def draw_anew(colour: str) -> None:", ["anew", "colour"]),
        ("def test_a_text_is_no_image() -> None:", ["is no image"]),
        ("the minimiser recognises", ["minimiser", "recognises"]),
        ("class Judgement:", ["Judgement"]),
    ],
)
def test_what_is_neither_plain_nor_american_is_found(line: str, expected: list[str]) -> None:
    assert faults(line) == expected
