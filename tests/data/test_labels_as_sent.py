"""Labels of parquet files mean what their names say."""

from pathlib import Path

import datasets
import pytest

from tests.data.as_sent import folder_of_parquet, photos_of
from tests.data.layouts import encoded

ALPHABETICAL = sorted(str(n) for n in range(43))


@pytest.mark.parametrize(
    ("names", "labels", "expected"),
    [
        (ALPHABETICAL, [0, 1, 2, 3], [0, 1, 10, 11]),
        ([f"{n:05d}" for n in range(43)], [0, 2, 42], [0, 2, 42]),
        (["0", "14", "9"], [0, 1, 2], [0, 14, 9]),
        (["00020", "00030"], [0, 1], [20, 30]),
        (["Stop", "Yield"], [0, 1], [14, 13]),
        (["Vorfahrt gewähren", "stop"], [0, 1], [13, 14]),
        ([f"sign {n} from my list" for n in range(43)], [0, 2, 42], [0, 2, 42]),
    ],
)
def test_numbers_of_a_class_label_mean_what_their_names_say(
    names: list[str], labels: list[int], expected: list[int], tmp_path: Path
) -> None:
    made = folder_of_parquet(names, labels)(tmp_path / "signs")
    assert [photo.label for photo in photos_of(made)] == expected


def test_a_hub_set_with_names_of_its_own(tmp_path: Path) -> None:
    """The columns of bazyl/GTSRB."""
    row = {"Path": {"bytes": encoded(1), "path": None}, "ClassId": 14, "Width": 30, "Height": 20,
           "Roi.X1": 3, "Roi.Y1": 2, "Roi.X2": 27, "Roi.Y2": 18}  # fmt: skip
    features = datasets.Features(
        {name: datasets.Image() if name == "Path" else datasets.Value("int64") for name in row}
    )
    data = datasets.Dataset.from_list([row], features=features)
    (tmp_path / "data").mkdir()
    data.to_parquet(tmp_path / "data" / "train-00000-of-00001.parquet")
    (photo,) = photos_of(tmp_path)
    assert (photo.label, photo.roi, photo.data) == (14, (3, 2, 27, 18), encoded(1))
