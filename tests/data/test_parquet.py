import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import datasets
import pytest
from huggingface_hub.errors import HfHubHTTPError
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.data import hub
from signs.data.folders.parquet import Columns
from signs.data.hub import is_hub_id
from signs.data.open import open_photos, open_source
from signs.data.source import Source
from signs.errors import SignsError
from signs.params import load_params
from tests.conftest import ROOT
from tests.data.layouts import encoded, make_folder


def opened(folder: Path) -> Source:
    return open_photos(str(folder), GTSRB)


def from_hub(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """The same files as if they lay on the hub: read through the cache of `datasets`."""
    monkeypatch.setattr(hub, "HfApi", StubHub(parts=("train", "test")))
    monkeypatch.setattr(hub, "_features", lambda *_: FEATURES)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", folder / "cache")
    load = datasets.load_dataset

    def local(_: str, data_files: dict[str, list[str]], **options: Any) -> Any:
        files = {part: [str(folder / file) for file in names] for part, names in data_files.items()}
        return load("parquet", data_files=files, split=options["split"])

    monkeypatch.setattr(datasets, "load_dataset", local)
    return hub.hub_source("owner/name", GTSRB)


@pytest.mark.parametrize("streaming", [True, False])
def test_rows_come_in_order_with_their_bytes(
    tmp_path: Path, streaming: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways of reading: from a folder, and through the cache as from the hub."""
    folder = make_folder(tmp_path / "photos")
    source = opened(folder) if streaming else from_hub(folder, monkeypatch)
    photos = list(source.parts["train"]())
    assert [p.label for p in photos] == [0, 0, 1, 42]
    assert [p.data for p in photos] == [encoded(i) for i in range(4)]
    assert {p.group for p in photos} == {None}
    assert photos[3].name == "train row 3"


def test_a_folder_with_and_without_test_part(tmp_path: Path) -> None:
    both = opened(make_folder(tmp_path / "both"))
    assert set(both.parts) == {"train", "test"}
    assert both.name == "photos from the folder both"
    assert str(tmp_path) not in both.name
    assert set(opened(make_folder(tmp_path / "one", ("train",))).parts) == {"train"}


def test_group_names_are_used_where_there_are_some(tmp_path: Path) -> None:
    source = opened(make_folder(tmp_path, group=["a", "a", "b", "c"]))
    assert [p.group for p in source.parts["train"]()] == ["a", "a", "b", "c"]


def test_the_real_copy_of_the_hubs_layout(gtsrb: Path) -> None:
    source = opened(gtsrb)
    photo = next(iter(source.parts["test"]()))
    assert photo.label == 0
    assert min(Image.open(BytesIO(photo.data)).size) >= 15


def test_parquet_files_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train-0.parquet").write_text("not parquet")
    with pytest.raises(SignsError, match="cannot read train of") as caught:
        list(opened(tmp_path).parts["train"]())
    assert "\n" not in str(caught.value)
    other = datasets.Dataset.from_dict({"text": ["a"]})
    other.to_parquet(tmp_path / "data" / "train-0.parquet")
    with pytest.raises(SignsError, match=r"no column of image files, .* it has: text"):
        list(opened(tmp_path).parts["train"]())


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("tanganke/gtsrb", True),
        ("some-one/data_set.v2", True),
        ("gtsrb", False),
        ("../shared/gtsrb", False),
        ("./a/b", False),
        ("/a/b", False),
        ("a/b/c", False),
        ("~/gtsrb", False),
    ],
)
def test_hub_ids(spec: str, expected: bool) -> None:
    assert is_hub_id(spec) is expected


FEATURES = datasets.Features({"image": datasets.Image(), "label": datasets.Value("int64")})


def test_names_of_classes_on_the_hub_are_taken_in_order_with_a_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"class {number}" for number in reversed(range(43))]
    features = FEATURES | {"label": datasets.ClassLabel(names=names)}
    monkeypatch.setattr(hub, "HfApi", StubHub(parts=("train",)))
    monkeypatch.setattr(hub, "_features", lambda *_: features)
    (warning,) = hub.hub_source("a/b", GTSRB).warnings
    assert "they are taken in this order, as 00 Speed limit (20 km/h)" in warning


class StubHub:
    """Stands for the hub: knows one data set, which lies in a folder."""

    def __init__(self, error: Exception | None = None, parts: tuple[str, ...] = ()) -> None:
        self.error = error
        self.files = [SimpleNamespace(rfilename=f"data/{p}-00000-of-00001.parquet") for p in parts]

    def __call__(self) -> "StubHub":
        return self

    def dataset_info(self, hub_id: str, timeout: float) -> SimpleNamespace:
        assert timeout <= 10
        if self.error:
            raise self.error
        return SimpleNamespace(sha="0123456789abcdef", siblings=self.files)


def test_a_hub_source_names_and_pins_its_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    load = MagicMock()
    monkeypatch.setattr(hub, "HfApi", StubHub(parts=("train", "test", "contrast")))
    monkeypatch.setattr(datasets, "load_dataset", load)
    monkeypatch.setattr(hub, "_features", lambda *_: FEATURES)
    source = hub.hub_source("tanganke/gtsrb", GTSRB)
    assert set(source.parts) == {"train", "test"}
    assert source.name == "photos from the hub's tanganke/gtsrb at 0123456789"
    assert source.id == "tanganke/gtsrb"
    list(source.parts["test"]())
    # The seven corrupted copies of the test split are not asked for.
    load.assert_called_once_with(
        "tanganke/gtsrb",
        data_files={"test": ["data/test-00000-of-00001.parquet"]},
        split="test",
        revision="0123456789abcdef",
    )


def test_a_hub_set_without_a_test_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "_features", lambda *_: FEATURES)
    monkeypatch.setattr(hub, "HfApi", StubHub(parts=("train",)))
    assert set(hub.hub_source("a/b", GTSRB).parts) == {"train"}
    monkeypatch.setattr(hub, "HfApi", StubHub())
    with pytest.raises(SignsError, match=r"the hub's a/b has no data/train-\*\.parquet"):
        hub.hub_source("a/b", GTSRB)


COLUMNS = Columns("image", "label", "group", None, None, GTSRB)


@pytest.mark.parametrize("label", ["Stopp!", 3.7, None, True])
def test_labels_that_are_not_class_ids(label: object) -> None:
    with pytest.raises(SignsError, match=r"train row 3 has label .*: labels must be class ids"):
        COLUMNS.photo({"image": {"bytes": b"", "path": None}, "label": label}, "train row 3")


def test_groups_may_be_numbers() -> None:
    row = {"image": {"bytes": b"", "path": None}, "label": 3, "group": 12}
    assert COLUMNS.photo(row, "train row 3").group == "12"


def test_a_hub_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    error = HfHubHTTPError("404 Client Error:\nnot found", response=MagicMock())
    monkeypatch.setattr(hub, "HfApi", StubHub(error))
    with pytest.raises(SignsError, match=r"check data\.source and data\.test_source") as caught:
        hub.hub_source("owner/nothing", GTSRB)
    assert "404 Client Error" in str(caught.value)
    assert "give an absolute path" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_a_source_word_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "HfApi", StubHub(OSError("no route")))
    data = load_params("data", path=ROOT / "params.yaml").data
    assert open_source("drawn", data).name == "drawn signs (500 a class, seed 0)"
    assert open_source("drawn", data, seed_offset=1).name.endswith("seed 1)")
    assert open_source(str(make_folder(tmp_path / "p")), data).name.endswith("folder p")
    with pytest.raises(SignsError, match="owner/name"):
        open_source("owner/name", data)
    with pytest.raises(SignsError, match="give an absolute path"):
        open_source("../nowhere/gtsrb", data)
    with pytest.raises(SignsError, match=r"data source '/nowhere/gtsrb': nothing is there$"):
        open_source("/nowhere/gtsrb", data)


def test_a_hub_out_of_reach_is_one_line() -> None:
    code = (
        "from signs.catalog.gtsrb import GTSRB\n"
        "from signs.errors import one_line_errors\n"
        "from signs.data.hub import hub_source\n"
        "with one_line_errors():\n"
        "    hub_source('tanganke/gtsrb', GTSRB)\n"
    )
    closed_port = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | closed_port,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: the hub cannot be reached for tanganke/gtsrb")
    assert "connect to the network, or set data.source" in done.stderr


def test_folders_that_hold_nothing_known(tmp_path: Path) -> None:
    data = load_params("data", path=ROOT / "params.yaml").data
    with pytest.raises(SignsError, match=r"is empty; it should hold one of: data/train-\*"):
        open_source(str(tmp_path), data)
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(SignsError, match=r"holds 1 file \(1 \.jpg\); .* Train\.csv") as caught:
        open_source(str(tmp_path), data)
    assert "\n" not in str(caught.value)
