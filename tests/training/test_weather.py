import pytest
import torch

from signs.training.weather import KINDS, SPACING, weather


def batch(count: int = 2 * SPACING) -> torch.Tensor:
    return torch.rand(count, 3, 24, 24, generator=torch.Generator().manual_seed(0))


def test_each_kind_changes_its_own_images() -> None:
    before = batch()
    after = weather(before.clone(), torch.Generator().manual_seed(1))
    assert after.shape == before.shape
    assert 0 <= after.min() <= after.max() <= 1
    changed = (before != after).flatten(1).any(1)
    expected = torch.arange(len(before)) % SPACING < len(KINDS)
    assert (changed == expected).all()


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
        spoilt = kind(images, torch.Generator().manual_seed(3), strength)
        assert torch.isfinite(spoilt).all()
        differences.append((spoilt - images).abs().mean())
    assert differences[0] < differences[1]


def test_few_images_are_enough() -> None:
    weather(batch(1), torch.Generator().manual_seed(0))
    weather(batch(0), torch.Generator().manual_seed(0))
