"""Turn encoded photos into arrays: decode, resize, find groups.

`write_photos` (`signs.data.store`) wrote a parquet file with the source's image files.
`pack_photos` reads it and makes the `Packed` arrays that are cut into parts.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
from PIL import Image

from signs.data.store import ROWS_PER_GROUP, read_stored
from signs.errors import SignsError
from signs.inference.preprocess import ImageError, preprocess
from signs.records.packed import Packed
from signs.splitting.infer import infer_groups

NAMED_IN_ERRORS = 5


@dataclass(frozen=True)
class Packing:
    """The photos of one raw file as arrays, and how they were packed.

    Attributes:
        photos: the images that could be read, in order.
        names: of these images in their source.
        source_id: distinguishes their source from others of the same name.
        unreadable: one line per photo that was left out because it cannot be decoded: its name and
            the reason.
        group_names: where they come from: the source, inference from row order, or, if neither
            works, one group per image.
    """

    photos: Packed
    names: tuple[str, ...]
    source_id: str
    unreadable: tuple[str, ...]
    group_names: Literal["named", "inferred", "one each"]


def pack_photos(
    path: Path, image_size: int, max_unreadable: float, need_groups: bool = True
) -> Packing:
    """Read what `write_photos` wrote, preprocess every photo and find its group.

    Args:
        image_size: side of the packed images, in pixels.
        max_unreadable: share of photos, in 0 to 1, that may be left out because they are broken.
        need_groups: whether to refuse photos whose groups are neither named nor inferable.

    Raises:
        SignsError: the file is missing, more photos than that are broken (the message names some),
            or groups are needed and cannot be inferred.
    """
    stored = read_stored(path)
    source = stored.source
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
        rest = file.read(columns=["label", "group", "kind", "name"])
    _refuse_many(broken, count, max_unreadable, source)
    good = np.setdiff1d(np.arange(count), list(broken))
    if broken:
        images, sizes = images[good], sizes[good]
    labels = rest["label"].to_numpy().astype(np.int64)[good]
    how: Literal["named", "inferred", "one each"] = "named"
    if rest["group"].null_count == 0:
        groups = np.array(rest["group"].to_pylist())[good]
    else:
        try:
            groups, how = infer_groups(labels, images, sizes, path.stem), "inferred"
        except SignsError as error:
            if need_groups:
                raise SignsError(f"{source}: {error}") from None
            groups, how = _one_each(good, path.stem), "one each"
    kinds = np.array(rest["kind"].to_pylist(), dtype=np.str_)[good]
    photos = Packed(images, labels, groups, source, stored.label_space, kinds)
    names = rest["name"].take(good).to_pylist()
    return Packing(photos, tuple(names), stored.source_id, tuple(broken.values()), how)


def _refuse_many(broken: dict[int, str], count: int, max_unreadable: float, source: str) -> None:
    # 0.29 * 100 is a little less than 29 in floating point.
    if len(broken) > math.floor(max_unreadable * count + 1e-6):
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
