import pytest
import torch

from signs.training import augment as module
from signs.training.augment import augment


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def images() -> torch.Tensor:
    return torch.rand(16, 3, 48, 48, generator=seeded(1))


def test_shape_range_and_seed(images: torch.Tensor) -> None:
    one, two = augment(images, seeded()), augment(images, seeded())
    assert one.shape == images.shape
    assert one.min() >= 0
    assert one.max() <= 1
    assert torch.equal(one, two)
    assert not torch.equal(one, augment(images, seeded(2)))


def test_strength_0_changes_nothing_and_more_changes_more(images: torch.Tensor) -> None:
    smooth = torch.nn.functional.avg_pool2d(images, 9, 1, 4)
    assert torch.equal(augment(smooth, seeded(), 0), smooth)
    change = [(augment(smooth, seeded(), s) - smooth).abs().mean() for s in (0.1, 0.5, 1.0)]
    assert change[0] < change[1] < change[2]


@pytest.mark.parametrize("strength", [0, 0.5])
def test_the_size_that_is_asked_for(images: torch.Tensor, strength: float) -> None:
    left_half = torch.zeros_like(images)
    left_half[..., :24] = 1
    small = augment(left_half, seeded(), strength, size=32)
    assert small.shape == (16, 3, 32, 32)
    assert small[..., :8].mean() > 5 * small[..., -8:].mean()


def test_every_image_is_changed_in_its_own_way(images: torch.Tensor) -> None:
    same = images[:1].expand(16, -1, -1, -1)
    out = augment(same, seeded())
    assert all(not torch.allclose(out[0], out[i], atol=0.01) for i in range(1, 16))


def test_nothing_is_mirrored() -> None:
    """A bright left half stays on the left: a flip would turn "keep left" into "keep right"."""
    images = torch.zeros(256, 3, 48, 48)
    images[..., :24] = 1
    out = module._warp(images, module._Draw(256, seeded()), 1.0, 48)
    assert (out[..., :24].mean((1, 2, 3)) > out[..., 24:].mean((1, 2, 3)) + 0.3).all()
    upper = module._warp(images.transpose(2, 3), module._Draw(256, seeded()), 1.0, 48)
    assert (upper[..., :24, :].mean((1, 2, 3)) > upper[..., 24:, :].mean((1, 2, 3)) + 0.3).all()


def test_no_warp_at_strength_0(images: torch.Tensor) -> None:
    still = module._warp(images, module._Draw(16, seeded()), 0.0, 48)
    assert torch.allclose(still, images, atol=1e-5)


def test_blur_keeps_brightness_and_every_second_image() -> None:
    images = torch.rand(8, 3, 32, 32, generator=seeded(3))
    out = module._blur(images, module._Draw(8, seeded()), 1.0)
    assert torch.equal(out[1::2], images[1::2])
    assert torch.allclose(out.mean((1, 2, 3)), images.mean((1, 2, 3)), atol=0.01)
    assert (out[::2].std((1, 2, 3)) <= images[::2].std((1, 2, 3)) + 1e-6).all()


@pytest.mark.parametrize("strength", [1.0, 2.0])
def test_a_gray_image_stays_gray_but_for_casts(
    strength: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No strength inverts colors: red stays the largest channel of a red image."""
    monkeypatch.setattr(module, "CAST_RANGE", 0)
    draw = module._Draw(256, seeded())
    gray = module._relight(torch.full((256, 3, 24, 24), 0.4), draw, strength)
    assert torch.allclose(gray, gray[:, :1].expand_as(gray), atol=1e-5)
    red = torch.tensor([0.6, 0.2, 0.2]).view(1, 3, 1, 1).expand(256, 3, 24, 24)
    lit = module._relight(red, draw, strength).mean((2, 3))
    assert (lit[:, 0] > lit[:, 1] - 1e-5).all()


@pytest.mark.parametrize("strength", [1.0, 1.5, 2.0])
def test_no_strength_leaves_one_gray(strength: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each image keeps its color and its contrast, which noise and weather would hide here."""
    monkeypatch.setattr(module, "MAX_NOISE", 0)
    monkeypatch.setattr(module, "weather", lambda images, *_: images)
    patches = torch.rand(2048, 3, 6, 6, generator=seeded(1))
    out = module.augment(torch.nn.functional.interpolate(patches, size=24), seeded(2), strength)
    contrast = out.std((2, 3)).mean(1)
    color = (out - out.mean(1, keepdim=True)).abs().mean((1, 2, 3))
    assert contrast.min() > 0.02
    assert color.min() > 0.004


def test_no_exposure_makes_a_white_square() -> None:
    """A bright image gets no brighter in its middle than BRIGHTEST, but for uneven light."""
    gray = torch.full((512, 3, 48, 48), 0.5)
    out = module._relight(gray, module._Draw(512, seeded()), 1.0)
    assert (out[..., 8:-8, 8:-8].mean((1, 2, 3)) > 0.98).float().mean() < 0.02
    assert out.mean((1, 2, 3)).std() > 0.1  # exposures differ all the same


def test_a_field_is_smooth_and_differs_from_image_to_image() -> None:
    field = module._Draw(64, seeded()).field(48)
    assert field.shape == (64, 1, 48, 48)
    steps = field.diff(dim=-1).abs().max()
    assert steps < 0.05 * (field.max() - field.min())
    assert field.flatten(1).std(1).min() > 0.05
    assert not torch.allclose(field[0], field[1], atol=0.1)
