"""The example of docs/another-sign.md works: from an SVG file to a model that knows 44 classes."""

import json
import re
from pathlib import Path

import pytest

from signs.catalog.gtsrb import NUM_CLASSES
from signs.inference.recognizer import Recognizer
from tests.conftest import ROOT
from tests.stages.project import Project

pytestmark = pytest.mark.slow


def code(language: str) -> str:
    """The only block of a language in the document."""
    text = (ROOT / "docs/another-sign.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return str(block)


def test_the_example(tmp_path: Path) -> None:
    project = Project.create(tmp_path)
    (project.root / f"signs/art/svg/{NUM_CLASSES}.svg").write_text(code("svg"))
    classes = project.root / "signs/catalog/gtsrb.py"
    last, added = (f"{line[1:]}\n" for line in code("diff").splitlines())
    table = classes.read_text()
    assert last in table
    classes.write_text(table.replace(last, last + added))
    project.run("git", "rm", "--quiet", "signs/art/others/tested/no-stopping.svg")
    name = "No stopping"
    assert f"{NUM_CLASSES}" in project.run("signs", "classes")
    assert name in project.run("signs", "draw", "--class", str(NUM_CLASSES), "no-stopping.png")
    project.run("signs", "draw", "--all", "sheet.png")

    project.dvc("repro")

    model = Recognizer(project.root / "models/model.onnx")
    assert len(model.info.class_names) == NUM_CLASSES + 1
    assert model.info.class_names[-1] == name
    answers = json.loads(
        project.run("signs", "predict", "--json", "--top", "44", "no-stopping.png")
    )
    assert len(answers[0]["guesses"]) == NUM_CLASSES + 1
    card = (project.root / "metrics/MODEL_CARD.md").read_text()
    assert f"one of its {NUM_CLASSES + 1} classes" in card
    assert name in (project.root / "metrics/tables/classes.csv").read_text()
