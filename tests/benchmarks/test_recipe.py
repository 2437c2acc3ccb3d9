"""How photos are dealt into folds, and what the command refuses."""

import numpy as np
import pytest

from benchmarks.recipe import FOLDS, changed, deal, row_of
from signs.errors import SignsError
from signs.packed import Packed


def test_a_track_is_in_one_fold_and_each_class_in_all() -> None:
    labels = np.repeat([3, 7, 9], 60)
    tracks = np.array([f"{row // 5:03d}" for row in range(180)])  # 12 tracks a class, 5 frames each
    photos = Packed(np.zeros((180, 4, 4, 3), dtype=np.uint8), labels, tracks, "made up")
    folds = deal(photos)
    assert all(len(set(folds[tracks == track])) == 1 for track in np.unique(tracks))
    for label in (3, 7, 9):
        assert (np.bincount(folds[labels == label], minlength=FOLDS) == 15).all()


def test_settings_are_typed_and_checked() -> None:
    assert changed(["epochs=3", "augment=0.5"]).epochs == 3
    for wrong in ("epoch=3", "epochs=", "epochs", "epochs=0", "a=b=c", "epochs=[", "=3"):
        with pytest.raises(SignsError, match="--set "):
            changed([wrong])


def test_a_step_is_one_commit_s() -> None:
    made = {"step": "x", "folder": "here", "commit": "abc", "machine": "m", "set": []}
    rows: list[dict] = []
    row = row_of(rows, made)
    assert row_of(rows, made | {"machine": "other"}) is row
    with pytest.raises(SignsError, match="there is a step 'x' already, of here at abc"):
        row_of(rows, made | {"commit": "def"})
    with pytest.raises(SignsError, match="there is a step 'x' already"):
        row_of(rows, made | {"folder": "there"})
