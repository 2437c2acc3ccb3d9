"""From the raw folder to packed arrays."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from signs.errors import SignsError
from signs.inference.preprocess import ImageError, preprocess
from signs.packed import Packed
from signs.sources.raw import ROWS_PER_GROUP
from signs.sources.tracks import neighbour_blocks


def pack_photos(path: Path, image_size: int) -> Packed:
    """Read what `write_photos` wrote and preprocess every photo.

    Photos without tracks get blocks of neighbouring rows in their place.

    Raises:
        SignsError: the file is missing, or a photo cannot be decoded; the line says which.
    """
    if not path.is_file():
        raise SignsError(f"{path} not found: run `dvc repro` to make it")
    with pq.ParquetFile(path) as file:
        source = file.schema_arrow.metadata[b"source"].decode()
        images = np.empty((file.metadata.num_rows, image_size, image_size, 3), dtype=np.uint8)
        for row, data in enumerate(_encoded(file)):
            try:
                images[row] = preprocess(data, image_size)
            except ImageError as error:
                raise SignsError(f"{source}: image {row}: {error}") from None
        rest = file.read(columns=["label", "track"])
    labels = rest["label"].to_numpy().astype(np.int64)
    if has_tracks(path):
        tracks = np.array(rest["track"].to_pylist())
    else:
        tracks = neighbour_blocks(labels, path.stem)
    return Packed(images, labels, tracks, source)


def has_tracks(path: Path) -> bool:
    """Whether the photos that `write_photos` wrote name their tracks."""
    return bool(pq.read_table(path, columns=["track"])["track"].null_count == 0)


def check_no_shared_photo(one: Path, other: Path) -> None:
    """Make sure that two files of `write_photos` have no photo, byte for byte, in common.

    Raises:
        SignsError: they have; the line says how many, and where from.
    """
    shared = len(_digests(one) & _digests(other))
    if shared:
        sources = [pq.read_schema(p).metadata[b"source"].decode() for p in (one, other)]
        raise SignsError(
            f"{shared} photos are both in {one.stem} ({sources[0]}) and in {other.stem} "
            f"({sources[1]}): data.test_source must have other photos than data.source"
        )


def _digests(path: Path) -> set[bytes]:
    with pq.ParquetFile(path) as file:
        return {hashlib.sha1(data).digest() for data in _encoded(file)}


def _encoded(file: pq.ParquetFile) -> Iterator[bytes]:
    for batch in file.iter_batches(columns=["image"], batch_size=ROWS_PER_GROUP):
        for data in batch.column("image"):
            yield data.as_py()
