"""The example of docs/another-sign.md works: from an SVG file to a model that knows 44 classes."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from signs.art.drawings import open_drawings
from signs.art.negative_drawings import negative_names
from signs.art.raster import rasterize
from signs.catalog.gtsrb import GTSRB
from signs.inference.recognizer import Recognizer
from tests.conftest import ROOT
from tests.stages.project import Project

NAME = "No stopping"


def code(language: str) -> list[str]:
    """The blocks of a language in the document, in order."""
    text = (ROOT / "docs/another-sign.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def start_folder(root: Path) -> None:
    """What steps 1 and 2 say; where `signs classes --csv` is missing, the table that it prints."""
    (line,), (drawing,) = code("csv"), code("svg")
    folder = root / "my-signs"
    folder.mkdir()
    shutil.copy(ROOT / "signs/catalog/gtsrb.csv", folder / "signs.csv")
    shutil.copytree(ROOT / "signs/art/svg", folder / "svg")
    with (folder / "signs.csv").open("a", encoding="utf-8") as table:
        table.write(line)
    (folder / "svg/43.svg").write_text(drawing, encoding="utf-8")


def test_the_folder_is_a_label_space_with_drawings(tmp_path: Path) -> None:
    start_folder(tmp_path)
    drawings = open_drawings(str(tmp_path / "my-signs"))
    drawings.require()
    assert drawings.label_space.names == (*GTSRB.names, NAME)
    assert "no-stopping" not in negative_names("tested", drawings.label_space)


@pytest.mark.slow
def test_the_example(tmp_path: Path) -> None:
    project = Project.create(tmp_path)
    start_folder(tmp_path)
    train = shlex.split(code("sh")[1])
    assert train[:3] == ["uv", "run", "dvc"]
    project.dvc(*train[3:])

    model = Recognizer(project.root / "models/model.onnx")
    assert model.info.label_space.names == (*GTSRB.names, NAME)
    drawing = project.root / "no-stopping.png"
    rasterized = open_drawings(str(tmp_path / "my-signs"))
    rasterize(43, 128, drawings=rasterized).save(drawing)
    answers = json.loads(project.run("signs", "predict", "--json", "--top", "44", str(drawing)))
    assert len(answers[0]["guesses"]) == len(GTSRB) + 1
    assert NAME in (project.root / "metrics/tables/classes.csv").read_text()
    assert NAME in (project.root / "metrics/report.html").read_text()
