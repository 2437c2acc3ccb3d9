from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.errors import SignsError
from signs.records.packed import Packed, concatenate


def test_round_trip_and_same_bytes(packed: Packed, tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        packed.save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = Packed.load(tmp_path / "a.npz")
    assert (again.images == packed.images).all()
    assert (again.labels == packed.labels).all()
    assert (again.groups == packed.groups).all()
    assert (again.kinds == packed.kinds).all()
    assert again.source == "noise"
    assert again.label_space == packed.label_space


def test_take_and_concatenate(packed: Packed) -> None:
    first = packed.take(np.array([2, 0]))
    both = concatenate([first, first])
    assert both.labels.tolist() == packed.labels[[2, 0, 2, 0]].tolist()
    assert both.source == "noise"


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SignsError, match="dvc repro"):
        Packed.load(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("images", np.zeros((2, 4, 4, 3), np.float32)),
        ("images", np.zeros((2, 4, 4), np.uint8)),
        ("images", np.zeros((2, 4, 5, 3), np.uint8)),
        ("labels", np.zeros(3, np.int64)),
        ("labels", np.zeros(2, np.int32)),
        ("groups", np.zeros(2, np.int64)),
        ("labels", np.array([0, 44])),
        ("kinds", np.array(["mixture"])),
    ],
)
def test_wrong_arrays_are_refused(field: str, value: object) -> None:
    arrays: dict[str, object] = {
        "images": np.zeros((2, 4, 4, 3), np.uint8),
        "labels": np.zeros(2, np.int64),
        "groups": np.array(["a", "b"]),
    }
    with pytest.raises(ValueError, match=f"{field} must be"):
        Packed(**(arrays | {field: value}), source="", label_space=GTSRB)  # type: ignore[arg-type]


def test_parts_of_two_label_spaces_do_not_mix(packed: Packed) -> None:
    other = replace(packed, label_space=replace(GTSRB, names=GTSRB.names[::-1]))
    with pytest.raises(ValueError, match="of one label space"):
        concatenate([packed, other])
    with pytest.raises(ValueError, match="at least one"):
        concatenate([])
