"""Crops of GTSDB, the German Traffic Sign Detection Benchmark: signs in context, and background.

S. Houben, J. Stallkamp, J. Salmen, M. Schlipsing, C. Igel, "Detection of traffic signs in
real-world images: the German Traffic Sign Detection Benchmark", IJCNN 2013. Its classes are those
of GTSRB; `signs.data.scenes.gtsdb` describes its folder.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.data.scenes.gtsdb import read_rows
from signs.errors import SignsError

PATCHES = 5  # of background, per scene
SIDES = (16, 128)  # pixels: from the smallest of the annotated signs to the largest
CLEAR = 8  # minimum distance between a patch and any sign, in pixels
TRIES = 1_000  # per scene; a scene full of signs may yield fewer patches

Box = tuple[int, int, int, int]
Picture = npt.NDArray[np.uint8]


def read_boxes(folder: Path) -> Mapping[str, Sequence[tuple[Box, int]]]:
    """The boxes and class ids of the signs, by scene.

    Returns:
        Left, top, right and bottom in pixels, right and bottom exclusive.

    Raises:
        SignsError: the folder has no `gt.txt` or no `images`, or a line is not as above.
    """
    path = folder / "gt.txt"
    if not path.is_file() or not (folder / "images").is_dir():
        raise SignsError(f"{folder} has no gt.txt or no images: name the folder of GTSDB's scenes")
    return read_rows(path.read_bytes(), path.name)


def sign_crops(folder: Path, border: float) -> tuple[list[Picture], npt.NDArray[np.int64]]:
    """All signs with their real surroundings.

    Args:
        border: around the box, as a share of its longer side; cut off at the edges of the scene.

    Returns:
        uint8[H, W, 3] each, and class ids int64[N].
    """
    boxes, crops, labels = read_boxes(folder), [], []
    for name, scene in _scenes(folder):
        for (left, top, right, bottom), label in boxes.get(name, []):
            margin = border * max(right - left, bottom - top)
            corners = (
                max(0, round(left - margin)), max(0, round(top - margin)),
                min(scene.width, round(right + margin)), min(scene.height, round(bottom + margin)),
            )  # fmt: skip
            crops.append(np.asarray(scene.crop(corners)))
            labels.append(label)
    return crops, np.array(labels, dtype=np.int64)


def background_patches(folder: Path) -> list[Picture]:
    """Squares away from all annotated signs, up to `PATCHES` per scene; deterministic.

    GTSDB annotates no signs outside its classes, so a few patches show one.

    Returns:
        uint8[S, S, 3] each, S in `SIDES`.
    """
    boxes, patches = read_boxes(folder), []
    for number, (name, scene) in enumerate(_scenes(folder)):
        rng, found = np.random.default_rng([0, number]), 0
        for _ in range(TRIES):
            side = int(np.exp(rng.uniform(*np.log(SIDES))))
            if side >= min(scene.size):
                continue
            left = int(rng.integers(scene.width - side))
            top = int(rng.integers(scene.height - side))
            square = (left, top, left + side, top + side)
            if all(_apart(square, box) for box, _ in boxes.get(name, [])):
                patches.append(np.asarray(scene.crop(square)))
                found += 1
            if found == PATCHES:
                break
    return patches


def _scenes(folder: Path) -> Iterator[tuple[str, Image.Image]]:
    for path in sorted((folder / "images").glob("*.[jp][pn]g")):
        with Image.open(path) as image:
            yield path.stem, image.convert("RGB")


def _apart(a: Box, b: Box) -> bool:
    return (
        a[2] + CLEAR <= b[0] or b[2] + CLEAR <= a[0] or a[3] + CLEAR <= b[1] or b[3] + CLEAR <= a[1]
    )
