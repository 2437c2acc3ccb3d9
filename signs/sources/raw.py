"""The raw folder that `download` leaves for `split`: parquet files of encoded photos."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from signs.classes import NUM_CLASSES
from signs.errors import SignsError
from signs.files import atomic_path
from signs.sources.base import Photo

SCHEMA = pa.schema([("image", pa.binary()), ("label", pa.int64()), ("track", pa.string())])
ROWS_PER_GROUP = 4096


def write_photos(path: Path, photos: Iterable[Photo], source: str) -> int:
    """Write photos in order, with the name of their source, and return how many there were.

    Raises:
        SignsError: a label is no class id, only some photos name their track, or there is none.
    """
    count = 0
    tracked = 0
    schema = SCHEMA.with_metadata({"source": source})
    with atomic_path(path) as temporary, pq.ParquetWriter(temporary, schema) as writer:
        group: list[Photo] = []
        for photo in photos:
            if not 0 <= photo.label < NUM_CLASSES:
                raise SignsError(
                    f"{source}: image {count} has label {photo.label}, which is not one of the "
                    f"{NUM_CLASSES} class ids (0 to {NUM_CLASSES - 1})"
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
            raise SignsError(f"{source}: only {tracked} of {count} images name their track")
        if not count:
            raise SignsError(f"{source}: no image in it")
    return count


def _table(photos: list[Photo], schema: pa.Schema) -> pa.Table:
    columns = {
        "image": [photo.data for photo in photos],
        "label": [photo.label for photo in photos],
        "track": [photo.track for photo in photos],
    }
    return pa.table(columns, schema=schema)
