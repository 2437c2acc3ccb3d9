import os
from pathlib import Path

import numpy as np
import pytest
import torch

from signs.catalog.gtsrb import GTSRB
from signs.errors import SignsError
from signs.networks.architectures import Network, build
from signs.networks.checkpoint import TrainingRecord, load_checkpoint, save_checkpoint
from signs.networks.forward import predict_logits
from signs.params import TrainParams
from signs.records.packed import Packed
from signs.training import loop
from signs.training.ema import Ema
from signs.training.loop import EpochReport, Trainer, fit
from signs.training.optimizer import make_optimizer
from signs.training.sampling import epoch_batches, sampling_weights
from signs.training.statistics import statistics_batches


@pytest.fixture(scope="module")
def params(recipe: TrainParams) -> TrainParams:
    return recipe.model_copy(update={"epochs": 2, "augment": 1.0})


def test_the_same_seed_gives_the_same_weights(packed: Packed, params: TrainParams) -> None:
    runs = [fit(packed, packed, "signnet", params) for _ in range(2)]
    other, _ = fit(packed, packed, "signnet", params.model_copy(update={"seed": 1}))
    (first, first_report), (second, second_report) = runs
    assert first_report == second_report
    for name, weights in first.state_dict().items():
        assert torch.equal(weights, second.state_dict()[name]), name
    head = "network.head.1.weight"
    assert not torch.equal(first.get_parameter(head), other.get_parameter(head))


def test_reports_and_the_best_epoch(packed: Packed, params: TrainParams) -> None:
    reports: list[EpochReport] = []
    steps: list[tuple[int, int]] = []
    longer = params.model_copy(update={"epochs": 4, "augment": 0.0})
    model, best = fit(
        packed,
        packed,
        "signnet",
        longer,
        on_step=lambda done, total, _: steps.append((done, total)),
        on_epoch=reports.append,
    )
    assert [r.epoch for r in reports] == [1, 2, 3, 4]
    assert steps == [(i + 1, 36) for i in range(36)]  # 258 images are 9 batches of 32
    assert reports[-1].learning_rate == pytest.approx(0, abs=1e-6)
    assert best.val_macro_f1 == max(r.val_macro_f1 for r in reports)
    assert [r.epoch for r in reports if r.best][-1] == best.epoch
    accuracy = (predict_logits(model, packed.images).argmax(1) == packed.labels).mean()
    assert accuracy == best.val_accuracy
    assert reports[-1].train_loss < reports[0].train_loss


def test_the_first_epochs_see_smaller_images(packed: Packed, params: TrainParams) -> None:
    """They cannot be the best, however well they do; half of three epochs is one."""
    reports: list[EpochReport] = []
    small = params.model_copy(update={"epochs": 3, "small_share": 0.5, "small_size": 24})
    _, best = fit(packed, packed, "signnet", small, on_epoch=reports.append)
    side = packed.images.shape[1]
    assert [report.image_size for report in reports] == [24, side, side]
    assert best.image_size == side
    assert not reports[0].best
    larger = small.model_copy(update={"epochs": 1, "small_share": 0.9, "small_size": 500})
    assert fit(packed, packed, "signnet", larger)[1].image_size == side


def test_it_learns(training: tuple[Network, EpochReport]) -> None:
    """The class is written in the red channel: a few epochs must do far better than 1 in 43."""
    assert training[1].val_accuracy > 0.5


def test_divergence_is_one_line(packed: Packed, params: TrainParams) -> None:
    wild = params.model_copy(update={"learning_rate": 1e30})
    with pytest.raises(SignsError, match="training diverged in epoch 1: lower train"):
        fit(packed, packed, "signnet", wild)


Scores = tuple[float, float, float]  # cross-entropy, accuracy, macro-F1
NAN = float("nan")


def reported(
    scores: list[Scores], packed: Packed, params: TrainParams, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[bool], EpochReport]:
    """Which epochs count as the best so far, with these validations; and what is returned."""
    waiting = iter(scores)
    monkeypatch.setattr(loop, "_validate", lambda *_: next(waiting))
    reports: list[EpochReport] = []
    longer = params.model_copy(update={"epochs": len(scores), "augment": 0.0, "batch_size": 128})
    _, best = fit(packed, packed, "signnet", longer, on_epoch=reports.append)
    return [report.best for report in reports], best


@pytest.mark.parametrize(
    ("scores", "best"),
    [
        ([(NAN, 0.5, 0.5), (1.0, 0.5, 0.5)], [False, True]),  # NaN is not better than a number
        ([(1.0, 0.5, 0.5), (NAN, 0.9, 0.9), (0.9, 0.5, 0.5)], [True, False, True]),
        ([(1.0, 0.5, NAN), (float("inf"), 0.5, 0.5), (9.0, 0.1, 0.1)], [False, False, True]),
        ([(1.0, 0.5, 0.5), (1.0, 0.5, 0.5), (2.0, 0.5, 0.5)], [True, False, False]),  # ties
        ([(2.0, 0.5, 0.5), (1.0, 0.4, 0.5)], [True, True]),  # the lower loss among equals
    ],
)
def test_what_counts_as_better(
    scores: list[Scores],
    best: list[bool],
    packed: Packed,
    params: TrainParams,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flags, report = reported(scores, packed, params, monkeypatch)
    assert flags == best
    assert report.epoch == 1 + max(i for i, flag in enumerate(best) if flag)


def test_no_finite_validation_is_one_line(
    packed: Packed, params: TrainParams, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SignsError, match="training diverged before any validation") as caught:
        reported([(NAN, 0.5, 0.5), (1.0, 0.5, NAN)], packed, params, monkeypatch)
    assert "lower train.learning_rate (0.004)" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("epochs", "share", "small"), [(100, 0.29, 29), (16, 0.5, 8), (3, 0.5, 1)])
def test_how_many_epochs_are_small(
    epochs: int, share: float, small: int, packed: Packed, params: TrainParams
) -> None:
    update = {"epochs": epochs, "small_share": share, "small_size": 24}
    trainer = Trainer(packed, packed, "signnet", params.model_copy(update=update))
    sizes = [trainer._size(epoch) for epoch in range(1, epochs + 1)]
    assert sizes == [24] * small + [packed.images.shape[1]] * (epochs - small)


def test_training_leaves_the_process_as_it_was(packed: Packed, params: TrainParams) -> None:
    environment = dict(os.environ)
    torch.manual_seed(5)
    expected = torch.get_rng_state()
    fit(packed, packed, "signnet", params.model_copy(update={"epochs": 1, "batch_size": 128}))
    assert torch.equal(torch.get_rng_state(), expected)
    assert not torch.are_deterministic_algorithms_enabled()
    assert dict(os.environ) == environment


def test_a_device_that_is_not_there_is_one_line(
    packed: Packed, params: TrainParams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SignsError, match=r"train\.device: torch finds no cuda here"):
        fit(packed, packed, "signnet", params.model_copy(update={"device": "cuda"}))


@pytest.mark.parametrize("count", [3, 257, 258, 600])
def test_statistics_do_not_depend_on_how_images_fall_into_batches(
    packed: Packed, count: int
) -> None:
    torch.manual_seed(0)
    images = torch.from_numpy(np.tile(packed.images, (3, 1, 1, 1))[:count])
    batches = statistics_batches(images, torch.Generator())
    averaged = Ema(build("resnet18", 44), 0.5).evaluated_on(batches)
    for name, buffer in averaged.named_buffers():
        assert torch.isfinite(buffer).all(), name


def test_warm_up_and_cosine(trained_model: Network, params: TrainParams) -> None:
    optimizer, schedule = make_optimizer(trained_model, params, total_steps=100)
    rates = []
    for _ in range(100):
        rates.append(float(schedule.get_last_lr()[0]))
        optimizer.step()
        schedule.step()
    peak = int(np.argmax(rates))
    assert peak == round(100 * params.warmup_fraction)
    assert rates[peak] == pytest.approx(params.learning_rate)
    assert (np.diff(rates[: peak + 1]) > 0).all()
    assert (np.diff(rates[peak:]) < 0).all()
    assert rates[0] > 0
    assert schedule.get_last_lr()[0] == pytest.approx(0, abs=1e-9)


def test_decay_spares_biases_and_norms(trained_model: Network, params: TrainParams) -> None:
    optimizer, _ = make_optimizer(trained_model, params, 10)
    decayed, plain = optimizer.param_groups
    assert decayed["weight_decay"] == params.weight_decay
    assert plain["weight_decay"] == 0
    assert all(p.ndim > 1 for p in decayed["params"])
    assert all(p.ndim == 1 for p in plain["params"])


@pytest.mark.parametrize(("balance", "rare_share"), [(0.0, 0.1), (0.5, 0.25), (1.0, 0.5)])
def test_class_balance(balance: float, rare_share: float) -> None:
    labels = torch.tensor([0] * 900 + [1] * 100)
    weights = sampling_weights(labels, GTSRB, balance, 0.12)
    rows = torch.cat(list(epoch_batches(weights, 20, 50, torch.Generator().manual_seed(0))))
    assert len(rows) == 1000
    assert (labels[rows] == 1).float().mean() == pytest.approx(rare_share, abs=0.005)


def test_with_equal_weights_an_epoch_sees_every_image_once() -> None:
    batches = list(
        epoch_batches(torch.ones(100).double(), 10, 10, torch.Generator().manual_seed(3))
    )
    assert [len(b) for b in batches] == [10] * 10
    rows = torch.cat(batches).tolist()
    assert sorted(rows) == list(range(100))
    assert rows != list(range(100))


def test_averaged_weights_have_statistics_of_their_own(packed: Packed) -> None:
    torch.manual_seed(0)
    model = build("signnet", 44)
    ema = Ema(model, decay=0.5)
    ema.update(model)
    before = model.get_parameter("network.head.1.weight").clone()
    with torch.no_grad():
        for p in model.parameters():
            p.add_(1.0)
    ema.update(model)
    generator = torch.Generator().manual_seed(0)
    averaged = ema.evaluated_on(statistics_batches(torch.from_numpy(packed.images), generator))
    # The second step's decay is (1 + 1) / (10 + 1).
    moved = averaged.get_parameter("network.head.1.weight") - before
    assert torch.allclose(moved, torch.full_like(moved, 1 - 2 / 11), atol=1e-5)
    mean = "network.features.0.1.running_mean"
    assert averaged.get_buffer(mean).abs().max() > 0
    assert model.get_buffer(mean).abs().max() == 0
    assert not averaged.training


def test_checkpoint_round_trip(trained_model: Network, packed: Packed, tmp_path: Path) -> None:
    record = TrainingRecord("signnet", 32, GTSRB, "noise", "abc")
    for name in ("a.pt", "b.pt"):
        save_checkpoint(tmp_path / name, trained_model, record)
    assert (tmp_path / "a.pt").read_bytes() == (tmp_path / "b.pt").read_bytes()
    model, again = load_checkpoint(tmp_path / "a.pt")
    assert again == record
    expected = predict_logits(trained_model, packed.images[:9])
    assert (predict_logits(model, packed.images[:9], batch_size=9) == expected).all()
