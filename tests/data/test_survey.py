"""What `signs data` says of a source of photos."""

import json
from pathlib import Path

from click.testing import CliRunner

from signs.cli import main
from tests.data.as_sent import class_folders
from tests.data.layouts import encoded, make_kaggle


def look(folder: Path, *options: str) -> dict[str, object]:
    result = CliRunner().invoke(main, ["data", str(folder), "--json", *options])
    assert result.exit_code == 0, result.output
    content: dict[str, object] = json.loads(result.output)
    return content


def test_what_a_source_holds(tmp_path: Path) -> None:
    folder = make_kaggle(tmp_path / "signs")
    (folder / "Train/7/00007_00001_00002.png").write_bytes(b"not a picture")
    content = look(folder)
    assert content["layout"] == "Kaggle re-pack"
    assert content["name"] == "photos from the Kaggle re-pack in signs"
    parts = content["parts"]
    assert isinstance(parts, dict)
    assert list(parts) == ["train", "test"]
    unreadable = parts["train"].pop("unreadable")
    assert len(unreadable) == 1
    assert unreadable[0].startswith("Train/7/00007_00001_00002.png: this is a text file")
    assert parts["train"] == {"images": 12, "classes": {"0": 6, "7": 6}, "groups": 4, "boxes": 12}
    assert parts["test"]["groups"] is None
    warnings = "\n".join(map(str, content["warnings"]))  # type: ignore[call-overload]
    assert "train: no image of 01 Speed limit (30 km/h), 02" in warnings
    assert "train: images that cannot be read: 1" in warnings


def test_warnings_are_not_errors(tmp_path: Path) -> None:
    folder = class_folders("0", "7", file="{group}{frame}")(tmp_path)
    (folder / "holiday.jpg").write_bytes(encoded(1))
    said = "\n".join(map(str, look(folder)["warnings"]))  # type: ignore[call-overload]
    assert "outside of the class folders, which are not used: 1, such as holiday.jpg" in said
    assert "no test part" in said
    assert "no groups are named" in said
    shown = CliRunner().invoke(main, ["data", str(folder)])
    assert shown.exit_code == 0
    assert "warning: no test part" in shown.output
    assert "train: images 12, classes 2, groups none named" in shown.output


def test_few_groups_are_a_warning(tmp_path: Path) -> None:
    said = "\n".join(map(str, look(class_folders("0", "7")(tmp_path))["warnings"]))  # type: ignore[call-overload]
    assert "fewer than 3 groups" in said


def test_photos_that_no_table_lists_are_named(tmp_path: Path) -> None:
    """Rows that were lost, and a second data set beside the first."""
    folder = make_kaggle(tmp_path / "signs")
    table = folder / "Train.csv"
    table.write_text("\n".join(table.read_text().splitlines()[:-2]) + "\n")
    class_folders("mine/14")(folder)
    said = "\n".join(map(str, look(folder)["warnings"]))  # type: ignore[call-overload]
    assert "pictures that are not used: 8, such as Train/7/00007_00001_00001.png" in said


def test_a_photo_that_cannot_be_opened_is_counted(tmp_path: Path) -> None:
    folder = class_folders("0", "7")(tmp_path)
    (folder / "7" / "00009_00000.png").symlink_to("nowhere.png")
    parts = look(folder)["parts"]
    assert isinstance(parts, dict)
    assert parts["train"]["images"] == 13
    (line,) = parts["train"]["unreadable"]
    assert line.startswith("7/00009_00000.png: the image is empty")
