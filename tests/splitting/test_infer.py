from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.data.open import open_photos
from signs.errors import SignsError
from signs.inference.preprocess import preprocess
from signs.splitting.infer import infer_groups
from tests.data.layouts import drive_past

FRAMES = 12


def example(groups: int = 20) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Two classes, one after the other: labels, images, sizes and true groups."""
    images, sizes = drive_past(groups, FRAMES)
    true = np.repeat(np.arange(groups), FRAMES)
    return (true >= groups // 2).astype(np.int64), images, sizes, true


def numbers(groups: np.ndarray) -> list[int]:
    return list(np.unique(groups, return_inverse=True)[1])


@pytest.mark.parametrize("sized", [True, False])
def test_frames_of_a_sign_come_together(sized: bool) -> None:
    labels, images, sizes, true = example()
    inferred = infer_groups(labels, images, sizes if sized else np.full_like(sizes, 32), "train")
    assert numbers(inferred) == list(true)
    assert inferred[0] == "train-00-00000"
    assert inferred[-1] == "train-01-00009"


def test_a_group_of_another_length(tmp_path: Path) -> None:
    labels, images, sizes, true = example()
    kept = np.r_[0 : 3 * FRAMES - 5, 3 * FRAMES : len(labels)]
    inferred = infer_groups(labels[kept], images[kept], sizes[kept], "a")
    assert numbers(inferred) == list(true[kept])


def test_classes_may_be_interleaved() -> None:
    labels, images, sizes, true = example()
    order = np.arange(len(labels)).reshape(2, -1).T.ravel()
    inferred = infer_groups(labels[order], images[order], sizes[order], "a")
    assert numbers(inferred) == list(true[order])


def test_groups_of_all_lengths_are_rather_joined_than_cut() -> None:
    labels, images, sizes, true = example(40)
    rng = np.random.default_rng(0)
    kept = np.flatnonzero(rng.random(len(labels)) < rng.uniform(0.7, 1, 40)[true])
    inferred = infer_groups(labels[kept], images[kept], sizes[kept], "a")
    for group in np.unique(true):
        assert len(set(inferred[true[kept] == group])) == 1


def test_random_order_is_refused() -> None:
    labels, images, sizes, _ = example()
    order = np.random.default_rng(0).permutation(len(labels))
    with pytest.raises(SignsError, match=r"\d\d% of neighboring .* column `group`") as caught:
        infer_groups(labels[order], images[order], sizes[order], "a")
    assert "\n" not in str(caught.value)


def test_one_class_in_random_order_is_refused() -> None:
    labels, images, sizes, _ = example(60)
    rows = np.arange(len(labels))
    rows[labels == 1] = np.random.default_rng(0).permutation(rows[labels == 1])
    with pytest.raises(SignsError, match="groups cannot be inferred"):
        infer_groups(labels[rows], images[rows], sizes[rows], "a")


def test_rows_that_moved_a_little_are_refused() -> None:
    labels, images, sizes, _ = example(60)
    moved = np.argsort(
        np.arange(len(labels)) + np.random.default_rng(0).uniform(0, 14, len(labels))
    )
    with pytest.raises(SignsError, match="groups cannot be inferred"):
        infer_groups(labels[moved], images[moved], sizes[moved], "a")


def test_a_class_with_one_photo() -> None:
    labels, images, sizes, _ = example()
    labels[-1] = 2
    assert infer_groups(labels, images, sizes, "a")[-1] == "a-02-00000"


@pytest.mark.slow
@pytest.mark.parametrize("part", ["train", "test"])
def test_real_groups(gtsrb: Path, part: str) -> None:
    """Each image gets exactly its own group, as the table of true ones beside the photos has it."""
    photos = list(open_photos(str(gtsrb), GTSRB).parts[part]())
    rows = pd.read_csv(gtsrb / "tracks.csv").query("split == @part").sort_values("row")
    images = np.stack([preprocess(photo.data, 48) for photo in photos])
    sizes = np.array([Image.open(BytesIO(photo.data)).size for photo in photos])
    labels = rows["class_id"].to_numpy()
    inferred = infer_groups(labels, images, sizes, part)
    pairs = pd.DataFrame({"true": labels * 10_000 + rows["track"].to_numpy(), "inferred": inferred})
    assert len(pairs.drop_duplicates()) == pairs["true"].nunique() == pairs["inferred"].nunique()
