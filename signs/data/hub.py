"""Parquet files on the Hugging Face hub."""

import re
from collections.abc import Iterator
from functools import partial

import datasets
from huggingface_hub import HfApi
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
    parts: Parts = {
        part: partial(_photos, hub_id, part, files[part], info.sha, label_space)
        for part in ("train", "test")
        if part in files
    }
    name = f"photos from the hub's {hub_id} at {(info.sha or 'its newest')[:10]}"
    warnings = (UNUSED,) if "validation" in files else ()
    return Source(name, PHOTO_LICENSE, parts, hub_id, "hub", warnings)


def _photos(
    hub_id: str, part: str, files: list[str], revision: str | None, label_space: LabelSpace
) -> Iterator[Photo]:
    """Through the hub's own cache."""
    with one_line(part, hub_id):
        rows = datasets.load_dataset(
            hub_id, data_files={part: files}, split=part, revision=revision
        )
        columns = Columns.of(rows.features, label_space, f"{part} of {hub_id}")
        rows = rows.cast_column(columns.image, datasets.Image(decode=False))
        for number, row in enumerate(rows):
            yield columns.photo(row, f"{part} row {number}")
