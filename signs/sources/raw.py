"""The raw folder that `download` leaves for `split`: parquet files of encoded photos."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from signs.classes import NUM_CLASSES
from signs.errors import SignsError
from signs.files import atomic_path
from signs.sources.base import Photo, Source

SCHEMA = pa.schema(
    [
        ("image", pa.binary()),
        ("label", pa.int64()),
        ("track", pa.string()),
        ("name", pa.string()),
        ("roi", pa.list_(pa.int32(), 4)),
    ]
)
ROWS_PER_GROUP = 4096


def write_photos(path: Path, photos: Iterable[Photo], source: Source) -> int:
    """Write photos in order, with name and licence of their source; return how many there were.

    Raises:
        SignsError: a label is no class id, only some photos name their track, or there is none.
    """
    count = 0
    tracked = 0
    schema = SCHEMA.with_metadata({"source": source.name, "licence": source.licence})
    with atomic_path(path) as temporary, pq.ParquetWriter(temporary, schema) as writer:
        group: list[Photo] = []
        for photo in photos:
            if not 0 <= photo.label < NUM_CLASSES:
                raise SignsError(
                    f"{source.name}: image {photo.name} has label {photo.label}, which is not one "
                    f"of the {NUM_CLASSES} class ids (0 to {NUM_CLASSES - 1})"
                )
            count += 1
            tracked += photo.track is not None
            group.append(photo)
            if len(group) == ROWS_PER_GROUP:
                writer.write_table(_table(group, schema))
                group = []
        if group:
            writer.write_table(_table(group, schema))
        if tracked not in (0, count):
            raise SignsError(f"{source.name}: only {tracked} of {count} images name their track")
        if not count:
            raise SignsError(f"{source.name}: no image in it")
    return count


def read_origin(path: Path) -> tuple[str, str]:
    """Name and licence of the source that a file of `write_photos` came from.

    Raises:
        SignsError: the file is missing.
    """
    if not path.is_file():
        raise SignsError(f"{path} not found: run `dvc repro` to make it")
    metadata = pq.read_schema(path).metadata
    return metadata[b"source"].decode(), metadata[b"licence"].decode()


def _table(photos: list[Photo], schema: pa.Schema) -> pa.Table:
    columns = {
        "image": [photo.data for photo in photos],
        "label": [photo.label for photo in photos],
        "track": [photo.track for photo in photos],
        "name": [photo.name for photo in photos],
        "roi": [photo.roi for photo in photos],
    }
    return pa.table(columns, schema=schema)
