"""From the raw folder to packed arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
from PIL import Image

from signs.errors import SignsError
from signs.inference.preprocess import ImageError, preprocess
from signs.packed import Packed
from signs.sources.infer import infer_tracks
from signs.sources.raw import ROWS_PER_GROUP, read_origin

NAMED_IN_ERRORS = 5


@dataclass(frozen=True)
class Packing:
    """A packed file of photos, and what had to be done for it.

    Attributes:
        photos: what could be read, in order.
        unreadable: a line for each photo that could not be decoded and was left out: its name and
            why.
        tracks: where their names come from: the source, inference from the order of rows, or one
            name for each image because neither knows.
    """

    photos: Packed
    unreadable: tuple[str, ...]
    tracks: Literal["named", "inferred", "one each"]


def pack_photos(
    path: Path, image_size: int, max_unreadable: float, need_tracks: bool = True
) -> Packing:
    """Read what `write_photos` wrote, preprocess every photo and find its track.

    Args:
        image_size: side of the packed images, in pixels.
        max_unreadable: share of photos, in 0 to 1, that may be left out because they are broken.
        need_tracks: whether photos are refused that neither name tracks nor have them inferred.

    Raises:
        SignsError: the file is missing, more photos than that are broken (the line names some), or
            tracks are needed and cannot be inferred.
    """
    source, _ = read_origin(path)
    with pq.ParquetFile(path) as file:
        count = file.metadata.num_rows
        images = np.empty((count, image_size, image_size, 3), dtype=np.uint8)
        sizes = np.ones((count, 2), dtype=np.int64)
        broken: dict[int, str] = {}
        for row, (name, data) in enumerate(_encoded(file)):
            try:
                images[row] = preprocess(data, image_size)
                sizes[row] = Image.open(BytesIO(data)).size
            except ImageError as error:
                broken[row] = f"{name}: {error}"
        rest = file.read(columns=["label", "track"])
    _refuse_many(broken, count, max_unreadable, source)
    good = np.setdiff1d(np.arange(count), list(broken))
    if broken:
        images, sizes = images[good], sizes[good]
    labels = rest["label"].to_numpy().astype(np.int64)[good]
    how: Literal["named", "inferred", "one each"] = "named"
    if rest["track"].null_count == 0:
        tracks = np.array(rest["track"].to_pylist())[good]
    else:
        try:
            tracks, how = infer_tracks(labels, images, sizes, path.stem), "inferred"
        except SignsError as error:
            if need_tracks:
                raise SignsError(f"{source}: {error}") from None
            tracks, how = _one_each(good, path.stem), "one each"
    return Packing(Packed(images, labels, tracks, source), tuple(broken.values()), how)


def _refuse_many(broken: dict[int, str], count: int, max_unreadable: float, source: str) -> None:
    if len(broken) > max_unreadable * count:
        some = "; ".join(list(broken.values())[:NAMED_IN_ERRORS])
        more = f" and {len(broken) - NAMED_IN_ERRORS} more" if len(broken) > NAMED_IN_ERRORS else ""
        raise SignsError(
            f"{source}: {len(broken)} of {count} images cannot be read, more than "
            f"split.max_unreadable ({max_unreadable}) allows: {some}{more}"
        )


def _one_each(rows: npt.NDArray[np.intp], prefix: str) -> npt.NDArray[np.str_]:
    return np.array([f"{prefix}-{row:06d}" for row in rows])


def _encoded(file: pq.ParquetFile) -> Iterator[tuple[str, bytes]]:
    for batch in file.iter_batches(columns=["name", "image"], batch_size=ROWS_PER_GROUP):
        for name, data in zip(batch.column("name"), batch.column("image"), strict=True):
            yield name.as_py(), data.as_py()
