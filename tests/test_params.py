from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

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


def test_single_entries_of_a_section() -> None:
    names = ("signs", "data.source", "data.seed", "split")
    params = load_params(*names, path=ROOT / "params.yaml")
    whole = load_params("signs", "data", "split", path=ROOT / "params.yaml")
    assert params.model_dump() == {
        "signs": whole.signs,
        "data": {"source": whole.data.source, "seed": whole.data.seed},
        "split": whole.split.model_dump(),
    }
    with pytest.raises(AttributeError):
        _ = params.data.track_fraction
    with pytest.raises(AttributeError):
        _ = params.train


@pytest.mark.parametrize("names", [("data", "data.source"), ("data.source", "data")])
def test_a_section_and_one_of_its_entries_are_the_section(names: tuple[str, str]) -> None:
    params = load_params(*names, path=ROOT / "params.yaml")
    assert params.data == load_params("data", path=ROOT / "params.yaml").data


@pytest.mark.parametrize("name", ["nothing", "data.nothing", "arch.nothing"])
def test_a_name_that_params_lack_is_a_mistake_in_the_code(name: str) -> None:
    with pytest.raises(AttributeError):
        load_params(name, path=ROOT / "params.yaml")


def test_a_mistake_in_an_entry_that_is_not_asked_for_is_found(tmp_path: Path) -> None:
    path = write(tmp_path / "params.yaml", train__epochs=0)
    with pytest.raises(SignsError, match=r"train\.epochs"):
        load_params("data.source", path=path)


def test_what_stages_read_exists() -> None:
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    for stage in stages.values():
        names = stage.get("params", [])
        given = load_params(*names, path=ROOT / "params.yaml").model_dump()
        assert set(given) == {name.partition(".")[0] for name in names}
        for name in names:
            top, _, inner = name.partition(".")
            assert not inner or inner in given[top]


def test_params_do_not_change_later() -> None:
    params = load_params("train", path=ROOT / "params.yaml")
    with pytest.raises(ValidationError, match="frozen"):
        params.train.epochs = 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"train__epoch": 3}, "unknown key train.epoch; did you mean epochs?"),
        ({"trian": {}}, "unknown key trian; did you mean train?"),
        ({"train__xyzzy": 3}, "unknown key train.xyzzy; known keys: pretrained, epochs"),
        ({"train__epochs": ...}, "train.epochs is missing"),
        ({"export": ...}, "export is missing"),
        ({"train__epochs": "many"}, "train.epochs: input should be a valid integer, got 'many'"),
        ({"train__epochs": 2.0}, "train.epochs: input should be a valid integer, got 2.0; write 2"),
        ({"train__epochs": 0}, "train.epochs: input should be greater than or equal to 1, got 0"),
        ({"train__pretrained": 1}, "train.pretrained: input should be a valid boolean, got 1"),
        ({"train__label_smoothing": 1.0}, "train.label_smoothing: input should be less than 1"),
        ({"train__learning_rate": float("nan")}, "train.learning_rate: "),
        (
            {"train__learning_rate": True},
            "train.learning_rate: input should be a valid number, got True",
        ),
        (
            {"train__learning_rate": "0.004"},
            "train.learning_rate: input should be a valid number, got '0.004'",
        ),
        ({"train__epochs": "3"}, "train.epochs: input should be a valid integer, got '3'"),
        ({"train__negative_share": 0}, "train.negative_share: input should be greater than 0"),
        ({"train__augment": 2.5}, "train.augment: input should be less than or equal to 2"),
        (
            {"train__device": "gpu"},
            "train.device: input should be 'auto', 'cpu', 'cuda' or 'mps', got 'gpu'",
        ),
        ({"train__precision": "float16"}, "train.precision: input should be 'auto', 'float32' or"),
        ({"robustness__images": 1}, "robustness.images: input should be greater"),
        ({"train": {}}, "train.pretrained is missing"),
        ({"train": 3}, "train: input should be a valid dictionary"),
        ({"train__pretrained": True}, "train.pretrained: signnet trains from scratch"),
        ({"data__test_source": ""}, "data.test_source: "),
        ({"arch": "resnet19"}, "arch: input should be 'signnet', "),
        ({"image_size": 8}, "image_size: input should be greater than or equal to 24, got 8"),
        ({"data__track_fraction": 0}, "data.track_fraction: "),
        ({"data__source": None}, "data.source: input should be a valid string, got nothing"),
        ({"split__val_fraction": 0.9}, "split: val_fraction + test_fraction must be less than 1"),
        (
            {"detector__train__crops_per_epoch": 15},
            "detector.train: crops_per_epoch must be at least batch_size",
        ),
        ({"detector__data__source": ""}, "detector.data.source: "),
        ({"detector__train__crop_size": 100}, "detector.train.crop_size: input should be a mult"),
        ({"export__precision": "int4"}, "export.precision: input should be 'fp32' or 'int8'"),
    ],
)
def test_an_impossible_file_is_one_line(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    path = write(tmp_path / "params.yaml", **changes)
    with pytest.raises(SignsError) as caught:
        load_params("data", path=path)
    assert f"{path}: {said}" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e-05", 1e-05),  # as Python and DVC write it; text to PyYAML
        ("1E+1", 10.0),
        ("1.5e-05", 1.5e-05),
        (".5e-1", 0.05),
        ("1.e-1", 0.1),
        ("0", 0.0),
        ("0.05", 0.05),
    ],
)
def test_numbers_as_people_and_programs_write_them(
    text: str, number: float, tmp_path: Path
) -> None:
    path = with_weight_decay(text, tmp_path)
    assert load_params("train", path=path).train.weight_decay == number


@pytest.mark.parametrize("text", ['"0.05"', "'1e-05'", "1e", "e-5", "1e-05x", "0,05", "true"])
def test_text_is_not_a_number(text: str, tmp_path: Path) -> None:
    path = with_weight_decay(text, tmp_path)
    with pytest.raises(SignsError, match=r"train\.weight_decay: input should be a valid number"):
        load_params("train", path=path)


def with_weight_decay(text: str, folder: Path) -> Path:
    content = (ROOT / "params.yaml").read_text()
    assert "weight_decay: 0.05" in content
    path = folder / "params.yaml"
    path.write_text(content.replace("weight_decay: 0.05", f"weight_decay: {text}"))
    return path


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words"])
def test_a_file_of_another_kind(tmp_path: Path, text: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(SignsError, match="expected keys and values"):
        load_params("data", path=path)
