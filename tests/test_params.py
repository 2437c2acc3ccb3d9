from pathlib import Path
from typing import Any

import pytest
import yaml

from signs.errors import SignsError
from signs.params import load_params
from tests.conftest import ROOT


def write(path: Path, **changes: Any) -> Path:
    """params.yaml with some values changed: `train__epochs=1`; `...` deletes the key."""
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    for name, value in changes.items():
        *sections, key = name.split("__")
        place = content
        for section in sections:
            place = place[section]
        if value is ...:
            del place[key]
        else:
            place[key] = value
    path.write_text(yaml.safe_dump(content))
    return path


def test_the_file_in_the_repository_is_valid() -> None:
    params = load_params("arch", "image_size", "data", "train", path=ROOT / "params.yaml")
    assert params.arch == "signnet"
    assert params.data.source == "drawn"


def test_only_the_named_entries_come_back() -> None:
    params = load_params("arch", "train", path=ROOT / "params.yaml")
    assert set(params.model_dump()) == {"arch", "train"}
    with pytest.raises(AttributeError):
        _ = params.export


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"train__epoch": 3}, "unknown key train.epoch; did you mean epochs?"),
        ({"trian": {}}, "unknown key trian; did you mean train?"),
        ({"train__xyzzy": 3}, "unknown key train.xyzzy; known keys: pretrained, epochs"),
        ({"train__epochs": ...}, "train.epochs is missing"),
        ({"export": ...}, "export is missing"),
        ({"train__epochs": "many"}, "train.epochs: input should be a valid integer, got 'many'"),
        ({"train__epochs": 2.0}, "train.epochs: input should be a valid integer, got 2.0"),
        ({"train__epochs": 0}, "train.epochs: input should be greater than or equal to 1, got 0"),
        ({"train__pretrained": 1}, "train.pretrained: input should be a valid boolean, got 1"),
        ({"train__label_smoothing": 1.0}, "train.label_smoothing: input should be less than 1"),
        ({"train__learning_rate": float("nan")}, "train.learning_rate: "),
        ({"train__learning_rate": True}, "train.learning_rate: input should be a number, got True"),
        ({"train__others": 0}, "train.others: input should be greater than 0, got 0"),
        ({"evaluate__corruption_images": 1}, "evaluate.corruption_images: input should be greater"),
        ({"train__pretrained": True}, "train.pretrained: signnet trains from scratch"),
        ({"data__test_source": ""}, "data.test_source: "),
        ({"arch": "resnet19"}, "arch: input should be 'signnet', "),
        ({"image_size": 8}, "image_size: input should be greater than or equal to 24, got 8"),
        ({"data__track_fraction": 0}, "data.track_fraction: "),
        ({"data__source": None}, "data.source: input should be a valid string, got None"),
        ({"split__val_fraction": 0.9}, "split: val_fraction + test_fraction must be less than 1"),
        ({"export__precision": "int4"}, "export.precision: input should be 'fp32' or 'int8'"),
    ],
)
def test_an_impossible_file_is_one_line(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    path = write(tmp_path / "params.yaml", **changes)
    with pytest.raises(SignsError) as caught:
        load_params("data", path=path)
    assert f"{path}: {said}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_small_numbers_as_python_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    text = (ROOT / "params.yaml").read_text()
    path.write_text(text.replace("weight_decay: 0.05", "weight_decay: 1e-05"))
    assert load_params("train", path=path).train.weight_decay == 1e-05


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words"])
def test_a_file_of_another_kind(tmp_path: Path, text: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(SignsError, match="expected keys and values"):
        load_params("data", path=path)


def test_broken_yaml_and_no_file(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    with pytest.raises(SignsError, match="run this from the project's root"):
        load_params("data", path=path)
    path.write_bytes(b"arch: \xff")
    with pytest.raises(SignsError, match="is not valid YAML"):
        load_params("data", path=path)
    path.write_text("a: [1")
    with pytest.raises(SignsError, match="is not valid YAML") as caught:
        load_params("data", path=path)
    assert "\n" not in str(caught.value)
