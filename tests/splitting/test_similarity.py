import numpy as np
import pytest

from signs.splitting import similarity
from signs.splitting.similarity import as_vectors, best_likeness, most_alike, near_duplicates
from tests.data.layouts import drive_past


def vectors(groups: int = 4, frames: int = 3, seed: int = 0) -> np.ndarray:
    return as_vectors(drive_past(groups, frames, seed)[0])


def pairs_of(some: np.ndarray) -> list[list[int]]:
    return sorted(pair for pairs in near_duplicates(some) for pair in pairs.tolist())


def test_likeness_is_a_correlation() -> None:
    images, _ = drive_past(4, 3)
    ours = as_vectors(images)
    assert np.allclose(np.diag(ours @ ours.T), 1, atol=1e-5)
    darker = as_vectors((images[:1] * 0.5).astype(np.uint8))
    assert (ours[:1] @ darker.T).item() > 0.999
    flat = as_vectors(np.full((1, 32, 32, 3), 90, np.uint8))
    assert not flat.any()


def test_copies_are_found_once() -> None:
    once = vectors()
    assert pairs_of(once) == []
    assert pairs_of(once[[0, 3, 6, 9, 3]]) == [[1, 4]]
    assert pairs_of(once[:0]) == []


@pytest.mark.parametrize("tile", [3, 64, 4096])
def test_the_coarse_search_misses_nothing(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies with more and more noise in them: some just above the limit, some just below."""
    rng = np.random.default_rng(0)
    images, _ = drive_past(30, 1)
    noise = rng.normal(0, 1, (10, *images.shape)) * np.arange(10)[:, None, None, None, None] * 2
    copies = (images + noise).reshape(-1, *images.shape[1:]).clip(0, 255).astype(np.uint8)
    some = as_vectors(copies)
    expected = np.argwhere(np.triu(some @ some.T >= similarity.NEAR_DUPLICATE, 1)).tolist()
    assert 30 < len(expected) < 1350
    monkeypatch.setattr(similarity, "TILE", tile)
    assert pairs_of(some) == expected


def test_flat_images_are_like_no_other() -> None:
    flat = np.full((50, 32, 32, 3), 90, np.uint8)
    assert pairs_of(as_vectors(flat)) == []


def test_many_copies_come_in_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarity, "TILE", 10)
    copies = np.repeat(vectors(1, 1), 100, axis=0)
    sizes = [len(pairs) for pairs in near_duplicates(copies)]
    assert sum(sizes) == 100 * 99 / 2
    assert max(sizes) <= 10 * 10


def test_the_most_alike_whatever_the_tile(monkeypatch: pytest.MonkeyPatch) -> None:
    some, others = vectors(9), vectors(5, seed=1)
    likeness = some @ some.T
    np.fill_diagonal(likeness, -1)
    monkeypatch.setattr(similarity, "TILE", 4)
    assert most_alike(some).tolist() == likeness.argmax(axis=1).tolist()
    assert np.allclose(best_likeness(some, others), (some @ others.T).max(axis=1))
