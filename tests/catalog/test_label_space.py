from dataclasses import replace
from pathlib import Path

import pytest

from signs.catalog.gtsrb import GTSRB
from signs.catalog.label_space import LabelSpace
from signs.catalog.label_spaces import open_label_space
from signs.errors import SignsError

HEADER = "name,german,number,category,shape\n"
STOP = '"Stop, now",Halt,206,unique,octagon\n'


def folder_with(tmp_path: Path, table: str) -> str:
    (tmp_path / "signs.csv").write_text(table, encoding="utf-8")
    return str(tmp_path)


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    spec = folder_with(tmp_path, "\ufeff" + HEADER + STOP + "Yield, Achtung ,205,unique,triangle\n")
    assert open_label_space(spec).names == ("Stop, now", "Yield")
    assert open_label_space(spec).german == ("Halt", "Achtung")
    assert open_label_space(spec).num_outputs == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_table_that_excel_saved(tmp_path: Path, encoding: str) -> None:
    text = (HEADER + STOP + "Yield,Vorfahrt gewähren,205,right of way,triangle\n").replace(",", ";")
    (tmp_path / "signs.csv").write_bytes(text.encode(encoding))
    assert open_label_space(str(tmp_path)).german[1] == "Vorfahrt gewähren"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            "name,german,number,category\nStop,Halt,206,unique\n",
            "has no column shape",
        ),
        ("", r"signs\.csv has no rows"),
        (HEADER, "has no rows"),
        (HEADER + STOP, "needs two signs"),
        (HEADER + STOP + STOP, "names each sign once"),
        (HEADER + "Stop,Halt\n", "row 1: 2 values, and the header names 5 columns"),
    ],
)
def test_tables_that_cannot_be_used(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(SignsError, match=said) as caught:
        open_label_space(folder_with(tmp_path, table))
    assert "\n" not in str(caught.value)


def test_neither_built_in_nor_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SignsError, match="neither gtsrb nor a folder with a table"):
        open_label_space(str(tmp_path))


def test_json_and_back() -> None:
    for space in (GTSRB, replace(GTSRB, has_negatives=False)):
        assert LabelSpace.from_dict(space.to_dict()) == space
    assert replace(GTSRB, has_negatives=False).num_outputs == 43
    with pytest.raises(ValueError, match="as many entries in each column"):
        replace(GTSRB, names=GTSRB.names[1:])
