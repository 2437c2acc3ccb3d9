"""The example of docs/another-sign.md works: from an SVG file to a model that knows 44 classes."""

import json
import re
import shutil
from pathlib import Path

import pytest

from signs.art.drawings import open_drawings
from signs.art.negative_drawings import negative_names
from signs.catalog.gtsrb import GTSRB
from signs.inference.recognizer import Recognizer
from tests.conftest import ROOT
from tests.stages.project import Project

pytestmark = pytest.mark.xdist_group("another sign")  # with a project of its own

NAME = "No stopping"


def code(language: str) -> list[str]:
    """The blocks of a language in the document, in order."""
    text = (ROOT / "docs/another-sign.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def shell(block: str) -> str:
    """A block of commands, as run where the environment is active."""
    return block.replace("uv run ", "")


def append(folder: Path) -> None:
    """What step 2 says."""
    (line,), (drawing,) = code("csv"), code("svg")
    with (folder / "signs.csv").open("a", encoding="utf-8") as table:
        table.write(line)
    (folder / "svg/43.svg").write_text(drawing, encoding="utf-8")


def test_the_folder_is_a_label_space_with_drawings(tmp_path: Path) -> None:
    folder = tmp_path / "my-signs"
    folder.mkdir()
    shutil.copy(ROOT / "signs/catalog/gtsrb.csv", folder / "signs.csv")
    shutil.copytree(ROOT / "signs/art/svg", folder / "svg")
    append(folder)
    drawings = open_drawings(str(folder))
    drawings.require()
    assert drawings.label_space.names == (*GTSRB.names, NAME)
    assert "no-stopping" not in negative_names("tested", drawings.label_space)


@pytest.mark.slow
def test_the_example(tmp_path: Path) -> None:
    """Its commands, as they stand there, up to training."""
    project = Project.create(tmp_path)
    start, look, train = code("sh")[:3]
    project.run("bash", "-ec", shell(start))
    append(project.root / "my-signs")
    assert NAME in project.run("bash", "-ec", shell(look))
    project.run("bash", "-ec", shell(train))

    model = Recognizer(project.root / "models/model.onnx")
    assert model.info.label_space.names == (*GTSRB.names, NAME)
    answers = json.loads(
        project.run("signs", "predict", "--json", "--top", "44", "no-stopping.png")
    )
    assert len(answers[0]["guesses"]) == len(GTSRB) + 1
    assert NAME in (project.root / "metrics/tables/classes.csv").read_text()
    assert NAME in (project.root / "metrics/report.html").read_text()
