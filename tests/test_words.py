"""Plain American English and the field's terms, in every text of the tree."""

import re
import subprocess

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
    r"\b\w+(?:ogn|mal|mar|tial|im|al|nt|thor|gan)is(?:e|ed|es|ing|ation)\b",
    r"\blearnt\b", r"\blabelled\b", r"\bspoilt\b", r"\bhonour\w*", r"\bwhilst\b",
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


def test_texts_are_in_plain_american_english() -> None:
    pattern = re.compile("|".join((*BRITISH, *DIALECT)), re.IGNORECASE)
    found = [
        f"{name}:{number}: {match[0]}"
        for name, number, line in texts()
        for match in pattern.finditer(line)
        if match[0].lower() not in FINE
    ]
    assert not found, "\n".join(found)
