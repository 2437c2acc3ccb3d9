"""The tabs Model and Signs, with results that the stage `evaluate` wrote."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import onnx
import pandas as pd
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from signs.catalog.gtsrb import GTSRB
from signs.evaluation.report.facts import TITLES
from signs.export.onnx_file import save_onnx
from signs.inference.model_info import ModelInfo
from tests.serving.server import free_port, serve
from tests.ui.conftest import Open, quiet
from ui import results
from ui.model_tab import PLOTS


@pytest.fixture
def metrics(results_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The results that the page shows: a copy."""
    folder = tmp_path / "metrics"
    shutil.copytree(results_folder, folder)
    monkeypatch.setattr(results, "METRICS", folder)
    return folder


@pytest.fixture
def no_metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "METRICS", tmp_path)


def info(app: AppTest) -> str:
    return " ".join(said.value for said in app.info)


def test_the_model_tab_shows_the_results_of_the_stage(page: Open, metrics: Path) -> None:
    app = page(tab="Model")
    evaluated = json.loads((metrics / "evaluate.json").read_text())
    (described,) = (t.value for t in app.main.markdown if t.value.startswith("Results of"))
    assert f"model `{evaluated['model_version']}`" in described
    assert f"tested on **{evaluated['tested_on']}**" in described
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Accuracy"] == f"{evaluated['accuracy']:.1%}"
    assert shown["Not recognized"] == f"{evaluated['refused']:.1%}"
    assert not app.warning  # the service runs the same model
    table = app.dataframe[0].value
    assert len(table) == len(GTSRB)
    assert table["recall"].is_monotonic_increasing
    assert table["recall"].iloc[0] == pytest.approx(100 * evaluated["worst_class_recall"], abs=1e-3)
    assert "no plots yet" in info(app)


def test_the_results_of_another_model_are_said_to_be_so(page: Open, metrics: Path) -> None:
    path = metrics / "evaluate.json"
    other = json.loads(path.read_text()) | {"model_version": "ba9876543210-int8"}
    path.write_text(json.dumps(other))
    (warning,) = page(tab="Model").warning
    assert "The service runs another model, `0123456789ab-fp32`" in warning.value


def test_the_model_tab_shows_the_plots_that_are_there(page: Open, metrics: Path) -> None:
    (metrics / "pictures").mkdir()
    for name in ("known", "confusion"):
        Image.new("RGB", (8, 8)).save(metrics / "pictures" / f"{name}.png")
    (metrics / "MODEL_CARD.md").write_text("# Card\n\n![mistakes](MODEL_CARD.png)\n\nIts limits")
    app = page(tab="Model")
    titles = [title.value for title in app.main.subheader]
    assert titles == ["Confusion matrix", "Signs and negatives", "Recall of each sign"]
    assert app.main.markdown[-1].value == "# Card\n\n\nIts limits"
    assert not app.info


def test_it_knows_all_plots_of_the_report() -> None:
    assert set(PLOTS) == TITLES.keys()


def test_without_results_the_tabs_say_how_to_make_them(page: Open, no_metrics: None) -> None:
    app = page(tab="Model")
    assert "There are no results yet. Run `uv run dvc repro`" in info(app)
    app = page(tab="Signs")
    assert "recall" not in app.dataframe[0].value
    assert any("is not known yet. Run `uv run dvc repro`" in each.value for each in app.caption)


def test_results_of_an_older_version_are_not_shown(page: Open, metrics: Path) -> None:
    path = metrics / "evaluate.json"
    path.write_text(json.dumps({"accuracy": 0.9}))
    assert "There are no results yet" in info(page(tab="Model"))
    page(tab="Signs")


def test_the_signs_tab(page: Open, metrics: Path) -> None:
    app = page(tab="Signs")
    table = app.dataframe[0].value
    assert list(table["name"]) == list(GTSRB.names)
    assert table["drawing"].str.startswith("data:image/png;base64,").all()
    recall = pd.read_csv(metrics / "tables" / "classes.csv")["recall"]
    assert list(table["recall"]) == pytest.approx(list(100 * recall))
    recalled = "Recall: of model `0123456789ab-fp32` on noise."
    assert any(recalled in each.value for each in app.caption)
    app.button_group[-1].set_value(["danger"]).run()
    assert set(quiet(app).dataframe[0].value["category"]) == {"danger"}


def test_the_signs_tab_without_a_service(page: Open, metrics: Path) -> None:
    table = page(f"http://127.0.0.1:{free_port()}", tab="Signs").dataframe[0].value
    assert list(table["name"]) == list(GTSRB.names)


def test_a_model_of_another_label_space(
    page: Open, metrics: Path, model_file: Path, model_info: ModelInfo, tmp_path: Path
) -> None:
    """Signs have other ids there, and may have no drawing: both are told by name."""
    names = ("Toad migration", *reversed(GTSRB.names[1:]))
    numbers = ("101-14", *reversed(GTSRB.numbers[1:]))
    other = replace(GTSRB, names=names, numbers=numbers)
    path = tmp_path / "other.onnx"
    save_onnx(onnx.load(model_file), replace(model_info, label_space=other), path)
    with serve(tmp_path / "log.txt", path, workers=1) as service:
        table = page(service.url, tab="Signs").dataframe[0].value
        assert list(table["name"]) == list(names)
        assert table["drawing"].iloc[0] == table["category"].iloc[0] == ""
        gtsrb = page(f"http://127.0.0.1:{free_port()}", tab="Signs").dataframe[0].value
        columns = ["name", "drawing", "recall", "category"]
        expected = gtsrb.set_index("name")[columns[1:]].loc[list(names[1:])]
        pd.testing.assert_frame_equal(
            table.set_index("name")[columns[1:]].iloc[1:], expected, check_exact=True
        )
