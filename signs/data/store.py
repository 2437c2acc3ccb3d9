"""The raw folder, which `download` writes and `split` reads.

It holds a parquet file for each part of a source, with a row for each photo (`SCHEMA`): the
source's image file, still encoded, and its annotations. The file's metadata describes the source.
`write_photos` writes such a file, `read_stored` reads the description, and `signs.data.pack`
decodes the photos.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from signs.catalog.label_space import LabelSpace
from signs.data.source import Source
from signs.errors import SignsError
from signs.files import atomic_path
from signs.records.photo import Photo

SCHEMA = pa.schema(
    [
        ("image", pa.binary()),
        ("label", pa.int64()),
        ("group", pa.string()),
        ("name", pa.string()),
        ("roi", pa.list_(pa.int32(), 4)),
        ("kind", pa.string()),
    ]
)
ROWS_PER_GROUP = 4096


def write_photos(
    path: Path, photos: Iterable[Photo], source: Source, label_space: LabelSpace
) -> int:
    """Write photos in order, with the name and license of their source; return their number.

    Raises:
        SignsError: a label is not of the label space, only some photos name their group, or
            `photos` is empty.
    """
    count = 0
    grouped = 0
    described = json.dumps(label_space.to_dict(), ensure_ascii=False)
    schema = SCHEMA.with_metadata(
        {
            "source": source.name,
            "source_id": hashlib.sha256((source.id or source.name).encode()).hexdigest(),
            "license": source.license,
            "label_space": described,
        }
    )
    with atomic_path(path) as temporary, pq.ParquetWriter(temporary, schema) as writer:
        group: list[Photo] = []
        for photo in photos:
            last = label_space.negative_label if photo.kind else len(label_space) - 1
            if not 0 <= photo.label <= last:
                raise SignsError(
                    f"{source.name}: image {photo.name} has label {photo.label}, which is not one "
                    f"of the {len(label_space)} class ids (0 to {len(label_space) - 1})"
                )
            count += 1
            grouped += photo.group is not None
            group.append(photo)
            if len(group) == ROWS_PER_GROUP:
                writer.write_table(_table(group, schema))
                group = []
        if group:
            writer.write_table(_table(group, schema))
        if grouped not in (0, count):
            raise SignsError(f"{source.name}: only {grouped} of {count} images name their group")
        if not count:
            raise SignsError(f"{source.name}: there are no images in it")
    return count


@dataclass(frozen=True)
class Stored:
    """The description in a file that `write_photos` wrote.

    Attributes:
        source: the name of their source.
        source_id: a digest that distinguishes it from other sources of that name; not a path, since
            raw files may be shared and a path is private.
        label_space: of the photos' labels.
    """

    source: str
    source_id: str
    label_space: LabelSpace


def read_stored(path: Path) -> Stored:
    """Read the description in a file that `write_photos` wrote.

    Raises:
        SignsError: the file is missing.
    """
    if not path.is_file():
        raise SignsError(f"{path} not found: run `dvc repro` to make it")
    metadata = pq.read_schema(path).metadata
    label_space = LabelSpace.from_dict(json.loads(metadata[b"label_space"]))
    return Stored(metadata[b"source"].decode(), metadata[b"source_id"].decode(), label_space)


def _table(photos: list[Photo], schema: pa.Schema) -> pa.Table:
    columns = {
        "image": [photo.data for photo in photos],
        "label": [photo.label for photo in photos],
        "group": [photo.group for photo in photos],
        "name": [photo.name for photo in photos],
        "roi": [photo.roi for photo in photos],
        "kind": [photo.kind for photo in photos],
    }
    return pa.table(columns, schema=schema)
