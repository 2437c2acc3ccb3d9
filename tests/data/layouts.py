"""Tiny copies of the layouts in which GTSRB is found, and photos whose groups can be told apart."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import datasets
import numpy as np
import numpy.typing as npt
from PIL import Image

HEADER = ("Width", "Height", "Roi.X1", "Roi.Y1", "Roi.X2", "Roi.Y2", "ClassId")
BOX = (30, 20, 3, 2, 27, 18)


def encoded(color: int, kind: str = "PNG") -> bytes:
    stream = BytesIO()
    Image.new("RGB", (30, 20), (color, 0, 0)).save(stream, kind)
    return stream.getvalue()


def make_folder(
    folder: Path, parts: tuple[str, ...] = ("train", "test"), **extra: list[str]
) -> Path:
    """The hub's layout, with four images in each part."""
    for part in parts:
        columns = {"image": [{"bytes": encoded(i), "path": None} for i in range(4)],
                   "label": [0, 0, 1, 42], **extra}  # fmt: skip
        features = datasets.Features(
            {"image": datasets.Image(), "label": datasets.Value("int64")}
            | {name: datasets.Value("string") for name in extra}
        )
        path = folder / "data" / f"{part}-00000-of-00001.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        datasets.Dataset.from_dict(columns, features=features).to_parquet(path)
    return folder


def make_archive(folder: Path, inside: str = "GTSRB") -> Path:
    """The official archives' layout: classes 0 and 7 with 2 groups of 3 frames, 4 test photos."""
    root = folder / inside
    for label in (7, 0):
        images = root / "Final_Training" / "Images" / f"{label:05d}"
        names = [f"{group:05d}_{frame:05d}.ppm" for group in range(2) for frame in range(3)]
        for name in names:
            _write(images / name, encoded(label, "PPM"))
        rows = [(name, *BOX, label) for name in names]
        _table(images / f"GT-{label:05d}.csv", ";", ("Filename", *HEADER), rows)
    images = root / "Final_Test" / "Images"
    for number in range(4):
        _write(images / f"{number:05d}.ppm", encoded(100 + number, "PPM"))
    rows = [(f"{number:05d}.ppm", *BOX, number * 10) for number in range(4)]
    _table(folder / "GT-final_test.csv", ";", ("Filename", *HEADER), rows)
    return folder


def make_kaggle(folder: Path) -> Path:
    """The Kaggle re-pack's layout, with the same photos."""
    rows = []
    for label in (0, 7):
        for group in range(2):
            for frame in range(3):
                name = f"Train/{label}/{label:05d}_{group:05d}_{frame:05d}.png"
                _write(folder / name, encoded(label))
                rows.append((*BOX, label, name))
    _table(folder / "Train.csv", ",", (*HEADER, "Path"), rows)
    rows = [(*BOX, number * 10, f"Test/{number:05d}.png") for number in range(4)]
    for number in range(4):
        _write(folder / f"Test/{number:05d}.png", encoded(100 + number))
    _table(folder / "Test.csv", ",", (*HEADER, "Path"), rows)
    return folder


def drive_past(
    groups: int, frames: int, seed: int = 0, side: int = 32
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Frames of signs that come nearer, each before a background of its own.

    Returns:
        images uint8[groups * frames, side, side, 3], and sizes int64[groups * frames, 2].
    """
    rng = np.random.default_rng(seed)
    images, sizes = [], []
    for _ in range(groups):
        blobs = rng.integers(0, 256, (5, 5, 3), dtype=np.uint8)
        scene = Image.fromarray(blobs).resize((2 * side, 2 * side), Image.Resampling.BICUBIC)
        for frame in range(frames):
            shift = frame * side // (4 * frames)
            view = scene.crop((shift, shift, shift + side, shift + side))
            images.append(np.asarray(view))
            sizes.append((25 + 3 * frame, 26 + 3 * frame))
    return np.stack(images), np.array(sizes, dtype=np.int64)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _table(
    path: Path, separator: str, header: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> None:
    lines = [header, *rows]
    path.write_text("".join(separator.join(map(str, line)) + "\n" for line in lines))
