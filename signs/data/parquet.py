"""GTSRB as parquet files, from the Hugging Face hub or a local folder with the same layout."""

import fnmatch
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, HFValidationError

from signs.data.source import GTSRB_LICENSE, RELATIVE_PATH_HINT, Source
from signs.errors import SignsError
from signs.records.photo import Photo

# Only these: tanganke/gtsrb also holds seven corrupted copies of its test split, 841 MB in all.
FILES = {"train": "data/train-*.parquet", "test": "data/test-*.parquet"}
LAYOUT = f"{FILES['train']} (the Hugging Face hub's)"
COLUMNS = {"image", "label"}
CONNECT_SECONDS = 10
PARQUET_LICENSE = f"as its owner says; if it is GTSRB: {GTSRB_LICENSE}"


def is_hub_id(spec: str) -> bool:
    """Whether `spec` has the form of a hub id, owner/name."""
    return re.fullmatch(r"\w[\w.-]*/[\w.-]*\w", spec) is not None


def hub_source(hub_id: str) -> Source:
    """A data set on the hub, at its current revision, with its test part if it has one.

    Queries the hub once with a short timeout, since `datasets` retries for half a minute.

    Raises:
        SignsError: the hub or the data set cannot be reached.
    """
    try:
        info = HfApi().dataset_info(hub_id, timeout=CONNECT_SECONDS)
    except HFValidationError as error:
        raise SignsError(f"{hub_id} is not a hub id: {_first_words(error)}") from None
    except HfHubHTTPError as error:
        raise SignsError(
            f"the hub did not return data set {hub_id} ({_first_words(error)}), and there is no "
            f"folder of that name: check data.source and data.test_source{RELATIVE_PATH_HINT}"
        ) from None
    except Exception as error:  # from whichever HTTP library huggingface_hub uses
        raise SignsError(
            f"the hub cannot be reached for {hub_id} ({_first_words(error)}), and there is no "
            "folder of that name: connect to the network, or set data.source to a local folder "
            f"or to drawn{RELATIVE_PATH_HINT}"
        ) from None
    revision = info.sha
    names = [file.rfilename for file in info.siblings or ()]
    present = [part for part, pattern in FILES.items() if fnmatch.filter(names, pattern)]
    if "train" not in present:
        raise SignsError(f"the hub's {hub_id} has no {FILES['train']}: nothing there to train on")
    parts = {part: partial(_photos, hub_id, part, revision=revision) for part in present}
    name = f"photos from the hub's {hub_id} at {(revision or 'its newest')[:10]}"
    return Source(name, PARQUET_LICENSE, parts, hub_id)


def recognizes(folder: Path) -> bool:
    """Whether `folder` holds a training file."""
    return any(folder.glob(FILES["train"]))


def folder_source(folder: Path) -> Source:
    """A local folder with `data/train-*.parquet` and, if there is one, `data/test-*.parquet`."""
    present = [part for part, pattern in FILES.items() if any(folder.glob(pattern))]
    parts: dict[str, Callable[[], Iterator[Photo]]] = {
        part: partial(_photos, str(folder.resolve()), part, streaming=True) for part in present
    }
    name = f"photos from the folder {folder.resolve().name}"
    return Source(name, PARQUET_LICENSE, parts, str(folder.resolve()))


def _photos(
    path: str, part: str, streaming: bool = False, revision: str | None = None
) -> Iterator[Photo]:
    """Stream local files in place; keep downloads in the hub's own cache."""
    try:
        rows = datasets.load_dataset(
            path,
            data_files={part: FILES[part]},
            split=part,
            streaming=streaming,
            revision=revision,
        )
        if not set(rows.column_names or ()) >= COLUMNS:
            raise SignsError(f"{part} of {path} has no columns {' and '.join(sorted(COLUMNS))}")
        rows = rows.cast_column("image", datasets.Image(decode=False))
        for number, row in enumerate(rows):
            yield _photo(row, f"{part} row {number}")
    except (OSError, pa.ArrowException, datasets.exceptions.DatasetsError) as error:
        raise SignsError(f"cannot read {part} of {path}: {_first_words(error)}") from None


def _photo(row: dict[str, Any], name: str) -> Photo:
    image = row["image"]
    data = image["bytes"] if image["bytes"] is not None else Path(image["path"]).read_bytes()
    label, group = row["label"], row.get("group")
    if not isinstance(label, int):
        raise SignsError(f"{name} has label {label!r}: labels must be class ids, whole numbers")
    return Photo(data, label, None if group is None else str(group), name)


def _first_words(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
