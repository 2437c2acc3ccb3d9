"""What the documents say holds: links, numbers, names of settings, options and metrics."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import click
import pytest

from docs.markdown import markdown
from docs.numbers import documents, fill, unmarked
from docs.results import CommittedResults, ResultError, is_stale, measured_at
from docs.tables import TABLES
from signs.cli import main
from signs.serving import refusals
from signs.serving.settings import PREFIX, Settings
from signs.training.fingerprint import fingerprint
from tests.conftest import ROOT

OUTSIDE_OF_SITE = ["README.md", "CONTRIBUTING.md", "metrics/MODEL_CARD.md"]
DOCUMENTS = [path.relative_to(ROOT).as_posix() for path in documents()]
PAGES = [name for name in DOCUMENTS if not name.startswith("docs/notebook/")]
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """The anchors of a Markdown file's headings, as GitHub makes them."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", OUTSIDE_OF_SITE)
def test_links_lead_somewhere(name: str) -> None:
    """Pages of the site are checked by mkdocs."""
    document = ROOT / name
    for link in re.findall(r"\]\(([^)\s]+)\)", CODE.sub("", read(name))):
        if link.startswith("http"):
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_each_picture_is_shown() -> None:
    texts = "".join(read(name) for name in DOCUMENTS)
    for picture in ROOT.glob("docs/*.png"):
        assert re.search(rf"!\[[^\]]+\]\([^)]*{picture.name}\)", texts), picture
        assert f"docs/{picture.name}" in read("docs/how-to/regenerate-pictures.md")


def test_the_readme_is_short() -> None:
    assert len(read("README.md").splitlines()) <= 150
    results = re.findall(
        r"^<!-- table: .*?^<!-- /table -->$", read("README.md"), re.MULTILINE | re.DOTALL
    )
    assert len(results) == 1
    assert results[0].count("\n| ") <= 2 + 6  # head and rule, then rows


@pytest.mark.parametrize("name", DOCUMENTS)
def test_numbers_are_those_of_the_results(name: str) -> None:
    """Otherwise: uv run python -m docs.numbers."""
    assert fill(read(name), CommittedResults()) == read(name)


@pytest.mark.parametrize("name", PAGES)
def test_each_measured_number_has_a_marker(name: str) -> None:
    assert unmarked(read(name)) == []


def test_what_looks_measured_is_found() -> None:
    text = "It reads 93.9% in 5 min, with 13 errors and 1,024 MB, at 0.2 ms.\n```\n99 %\n```\n"
    assert unmarked(text) == ["93.9%", "5 min", "13 errors", "1,024 MB", "0.2 ms"]
    assert unmarked("93.9%<!-- n: a.json b .1% --> of 3x3 layers, 48 pixels") == []


@pytest.fixture
def results(tmp_path: Path) -> CommittedResults:
    write(
        tmp_path / "a.json",
        {"share": 0.93922, "rows": [{"bytes": 2152537}], "word": "Stop", "commit": "1234567"},
    )
    (tmp_path / "t.csv").write_text("kind,share\ntested sign,0.31\nobject,0.2\n")
    return CommittedResults(tmp_path)


def write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("a.json share .1%", "93.9%"),
        ("a.json rows/0/bytes .2f/1e6", "2.15"),
        ("a.json rows/-1/bytes ,d", "2,152,537"),
        ("a.json word s", '"Stop"'),
        ("t.csv tested sign/share .0%", "31%"),
        ("a.json commit", "`1234567`, stale"),
    ],
)
def test_a_number_is_filled_in(results: CommittedResults, what: str, expected: str) -> None:
    for old in ("7", "-1.5%", "1,000", '"No word"', "`7654321`", "`7654321`, stale"):
        text = f"A ({old}<!-- n: {what} -->) B"
        assert fill(text, results) == f"A ({expected}<!-- n: {what} -->) B"


@pytest.mark.parametrize(
    "text",
    [
        "1<!-- n: a.json accuracy .1% -->",
        "1<!-- n: a.json rows/7/bytes d -->",
        "1<!-- n: b.json share .1% -->",
        "1<!-- n: a.json word .1% -->",
        "1 <!-- n: a.json share .1% -->",
        "1\n<!-- n: a.json share .1% -->",
        "1<!-- n: a.json share .1%",
        "<!-- table: no_such -->\n<!-- /table -->",
        "<!-- table: overview -->",
    ],
)
def test_a_marker_that_names_nothing_is_an_error(results: CommittedResults, text: str) -> None:
    with pytest.raises(ResultError):
        fill(text, results)


def test_stale_rows_say_so() -> None:
    """A row that names no code, code that changed, or code in no commit."""
    digest = fingerprint([ROOT / "signs/errors.py"], {})[:16]
    fresh = {"commit": "1234567", "made_of": {"code_of": "signs/errors.py", "code": digest}}
    assert measured_at(fresh) == "`1234567`"
    changed = {"code_of": "signs/files.py", "code": digest}
    changes: list[dict[str, Any]] = [
        {"made_of": None}, {"made_of": {}}, {"made_of": changed}, {"commit": "1234567+"},
    ]  # fmt: skip
    for stale in changes:
        assert is_stale(fresh | stale)
        assert measured_at(fresh | stale).endswith(", stale")


def test_stale_rows_are_marked_in_tables() -> None:
    peer = CommittedResults().value("benchmarks/results/recognition/peer.json")
    for name in ("overview", "recognition"):
        assert measured_at(peer) in TABLES[name](CommittedResults())


def test_tables_align_numbers() -> None:
    assert markdown(("a", "b>"), [("x", "1")]) == "| a | b |\n| --- | ---: |\n| x | 1 |"


def test_settings_are_documented() -> None:
    page = read("docs/how-to/serve.md")
    for name in Settings.model_fields:
        assert f"`{PREFIX}{name.upper()}`" in page, name


def test_error_codes_are_documented() -> None:
    page = read("docs/reference/http-api.md")
    for kind in vars(refusals).values():
        if isinstance(kind, refusals.Kind):
            assert f"`{kind.code}`" in page, kind.code


def test_commands_and_options_are_documented() -> None:
    page = read("docs/reference/command-line.md")
    for name, command in main.commands.items():
        assert f"## `signs {name}" in page
        for option in command.params:
            if isinstance(option, click.Option):
                assert any(f"`{word}" in page for word in option.opts), option.opts


def test_metrics_are_documented() -> None:
    page = read("docs/reference/metrics.md")
    files = {f.stem: f for f in ROOT.glob("metrics/*.json")}
    assert {"evaluate", "export", "robustness", "split", "train"} <= files.keys()
    for path in files.values():
        rows = page.split(f"| `metrics/{path.name}` |")[1].split("| `metrics/")[0]
        for key in json.loads(path.read_text(encoding="utf-8")):
            assert f"`{key}`" in rows, (path.name, key)


class _Loads(HTMLParser):
    """The addresses that a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        address = values.get("src") or (values.get("href") if tag == "link" else None)
        if address:
            self.found.append(address)


def loaded(page: Path) -> Iterator[str]:
    parser = _Loads()
    parser.feed(page.read_text(encoding="utf-8"))
    yield from parser.found


@pytest.mark.slow
def test_the_site_builds_and_loads_nothing_from_other_hosts(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) >= len(DOCUMENTS) - 1
    for page in pages:
        assert not [a for a in loaded(page) if a.startswith(("http:", "https:", "//"))], page
    for sheet in tmp_path.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text()), sheet
