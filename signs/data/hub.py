"""Parquet files on the Hugging Face hub."""

import re
from collections.abc import Iterator
from functools import partial

import datasets
import pyarrow.parquet as pq
from huggingface_hub import HfApi, HfFileSystem
from huggingface_hub.errors import HfHubHTTPError, HFValidationError

from signs.catalog.label_space import LabelSpace
from signs.data.folders.parquet import UNUSED, Columns, files_by_part, first_words, one_line
from signs.data.source import PHOTO_LICENSE, RELATIVE_PATH_HINT, Parts, Source
from signs.errors import SignsError
from signs.records.photo import Photo

CONNECT_SECONDS = 10
NAMED = 6  # files that a message names


def is_hub_id(spec: str) -> bool:
    """Whether `spec` has the form of a hub id, owner/name."""
    return re.fullmatch(r"\w[\w.-]*/[\w.-]*\w", spec) is not None


def hub_source(hub_id: str, label_space: LabelSpace) -> Source:
    """A data set on the hub, at its current revision, with its test part if it has one.

    Queries the hub once with a short timeout, since `datasets` retries for half a minute.

    Raises:
        SignsError: the hub or the data set cannot be reached, or it has no parquet files for
            training.
    """
    try:
        info = HfApi().dataset_info(hub_id, timeout=CONNECT_SECONDS)
    except HFValidationError as error:
        raise SignsError(f"{hub_id} is not a hub id: {first_words(error)}") from None
    except HfHubHTTPError as error:
        raise SignsError(
            f"the hub did not return data set {hub_id} ({first_words(error)}), and there is no "
            f"folder of that name: check data.source and data.test_source{RELATIVE_PATH_HINT}"
        ) from None
    except Exception as error:  # from whichever HTTP library huggingface_hub uses
        raise SignsError(
            f"the hub cannot be reached for {hub_id} ({first_words(error)}), and there is no "
            "folder of that name: connect to the network, or set data.source to a local folder "
            f"or to drawn{RELATIVE_PATH_HINT}"
        ) from None
    names = [file.rfilename for file in info.siblings or ()]
    files = files_by_part(names)
    if "train" not in files:
        seen = ", ".join(names[:NAMED]) or "nothing"
        raise SignsError(
            f"the hub's {hub_id} has no data/train-*.parquet to train on; it has: {seen}"
        )
    parts: Parts = {}
    warnings = [UNUSED] if "validation" in files else []
    for part in ("train", "test"):
        if part in files:
            features = _features(hub_id, files[part][0], info.sha)
            columns = Columns.of(features, label_space, f"{part} of {hub_id}")
            parts[part] = partial(_photos, hub_id, part, files[part], info.sha, columns)
            warnings += columns.warnings
    name = f"photos from the hub's {hub_id} at {(info.sha or 'its newest')[:10]}"
    return Source(name, PHOTO_LICENSE, parts, hub_id, "hub", tuple(warnings))


def _features(hub_id: str, file: str, revision: str | None) -> datasets.Features:
    """The columns of a file, of which only the end is fetched.

    Raises:
        SignsError: it cannot be read.
    """
    try:
        with HfFileSystem().open(f"datasets/{hub_id}/{file}", revision=revision) as stream:
            return datasets.Features.from_arrow_schema(pq.read_schema(stream))
    except Exception as error:  # of whichever HTTP library, file system or format
        raise SignsError(f"cannot read {file} of {hub_id}: {first_words(error)}") from None


def _photos(
    hub_id: str, part: str, files: list[str], revision: str | None, columns: Columns
) -> Iterator[Photo]:
    """Through the hub's own cache."""
    with one_line(part, hub_id):
        rows = datasets.load_dataset(
            hub_id, data_files={part: files}, split=part, revision=revision
        )
        rows = rows.cast_column(columns.image, datasets.Image(decode=False))
        for number, row in enumerate(rows):
            yield columns.photo(row, f"{part} row {number}")
