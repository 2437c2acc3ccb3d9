import pytest
import torch

from signs.training import weather as module
from signs.training.weather import CHANCE, KINDS, weather


def batch(count: int = 64) -> torch.Tensor:
    return torch.rand(count, 3, 24, 24, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("size", [4, 128])
def test_as_many_images_of_a_batch_of_any_size(size: int) -> None:
    generator = torch.Generator().manual_seed(1)
    changed = 0
    for _ in range(2048 // size):
        before = batch(size)
        after = weather(before.clone(), generator)
        assert after.shape == before.shape
        assert 0 <= after.min() <= after.max() <= 1
        changed += int((before != after).flatten(1).any(1).sum())
    assert changed / 2048 == pytest.approx(len(KINDS) * CHANCE, abs=0.04)


def test_the_same_seed_gives_the_same_weather() -> None:
    first, again, other = (
        weather(batch(), torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_weaker_strength_changes_less(kind) -> None:  # type: ignore[no-untyped-def]
    differences = []
    for strength in (0.2, 1.0):
        images = batch(200)
        corrupted = kind(images, torch.Generator().manual_seed(3), strength)
        assert torch.isfinite(corrupted).all()
        differences.append((corrupted - images).abs().mean())
    assert differences[0] < differences[1]


def test_a_single_image_and_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert weather(batch(0), torch.Generator()).shape == (0, 3, 24, 24)
    for kind in KINDS:
        monkeypatch.setattr(module, "KINDS", (kind,) * round(1 / CHANCE))  # it happens for certain
        out = weather(batch(1), torch.Generator().manual_seed(0))
        assert out.shape == (1, 3, 24, 24)
        assert (out != batch(1)).any()
