"""The training loop: packed arrays in, the best network by validation macro-F1 out."""

import copy
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from sklearn.metrics import f1_score
from torch import Tensor

from signs.classes import NUM_CLASSES
from signs.errors import SignsError
from signs.packed import Packed
from signs.params import TrainParams
from signs.training.architectures import Recognizer, build
from signs.training.augment import augment
from signs.training.checkpoint import as_input, predict_logits
from signs.training.ema import Ema


@dataclass(frozen=True)
class EpochReport:
    """What one epoch came to; validation is that of the averaged weights.

    Attributes:
        epoch: from 1.
        train_loss: mean over the epoch's augmented batches, with label smoothing.
        val_loss: cross-entropy, without.
        val_accuracy: share.
        val_macro_f1: unweighted mean of the classes' F1.
        learning_rate: at the epoch's end.
        best: whether it is the best epoch so far.
    """

    epoch: int
    train_loss: float
    val_loss: float
    val_accuracy: float
    val_macro_f1: float
    learning_rate: float
    best: bool


OnStep = Callable[[int, int, float], None]
OnEpoch = Callable[[EpochReport], None]


def fit(
    train: Packed,
    val: Packed,
    arch: str,
    params: TrainParams,
    on_step: OnStep = lambda *_: None,
    on_epoch: OnEpoch = lambda _: None,
) -> tuple[Recognizer, EpochReport]:
    """Train a network; the same arguments give the same weights on one machine.

    Args:
        on_step: called after each step with steps done, steps in all, and the running loss.
        on_epoch: called after each epoch.

    Returns:
        The averaged network of the best epoch, on the CPU, and that epoch's report. Best is the
        highest macro-F1, and the lowest loss among equals.

    Raises:
        SignsError: pretrained weights are asked for and cannot be had, or the loss is no longer
            finite.
    """
    torch.manual_seed(params.seed)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # CUDA's condition for the next
    torch.use_deterministic_algorithms(True, warn_only=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    generator = torch.Generator(device).manual_seed(params.seed)
    sampler = torch.Generator().manual_seed(params.seed + 2**32)  # another stream
    model = build(arch, params.pretrained).to(device).to(memory_format=torch.channels_last)
    images = torch.from_numpy(train.images).to(device)
    labels = torch.from_numpy(train.labels).to(device)
    weights = _sampling_weights(torch.from_numpy(train.labels), params.class_balance)
    steps_per_epoch = -(-len(train) // params.batch_size)
    optimizer, schedule = _optimizer(model, params, params.epochs * steps_per_epoch)
    ema = Ema(model, params.ema_decay)

    best: tuple[Recognizer, EpochReport] | None = None
    steps_done = 0
    for epoch in range(1, params.epochs + 1):
        model.train()
        running_loss = 0.0
        batches = _batches(weights, steps_per_epoch, params.batch_size, sampler)
        for step, chosen in enumerate(batches, start=1):
            rows = chosen.to(device)
            batch = augment(as_input(images[rows]), generator, params.augment)
            loss = _step(model, batch, labels[rows], optimizer, params.label_smoothing)
            schedule.step()
            ema.update(model)
            running_loss += (loss - running_loss) / step
            steps_done += 1
            on_step(steps_done, params.epochs * steps_per_epoch, running_loss)
        if not math.isfinite(running_loss):
            raise SignsError(
                f"training diverged in epoch {epoch}: lower train.learning_rate "
                f"({params.learning_rate})"
            )
        averaged = ema.evaluated_on(images, generator)
        scores = _validate(averaged, val)
        key = (scores[2], -scores[0])
        is_best = best is None or key > (best[1].val_macro_f1, -best[1].val_loss)
        report = EpochReport(
            epoch, running_loss, *scores, float(schedule.get_last_lr()[0]), is_best
        )
        if is_best:
            best = copy.deepcopy(averaged).cpu(), report
        on_epoch(report)
    assert best is not None
    return best


def _step(
    model: Recognizer,
    batch: Tensor,
    labels: Tensor,
    optimizer: torch.optim.Optimizer,
    label_smoothing: float,
) -> float:
    """One optimizer step; bfloat16 autocast on CUDA, which needs no loss scaling."""
    with torch.autocast("cuda", torch.bfloat16, enabled=batch.is_cuda):
        loss = F.cross_entropy(model(batch), labels, label_smoothing=label_smoothing)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.item()


def _optimizer(
    model: Recognizer, params: TrainParams, total_steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """AdamW without decay on biases and norms; linear warm-up, then half a cosine to zero."""
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [
            {"params": decayed, "weight_decay": params.weight_decay},
            {"params": plain, "weight_decay": 0.0},
        ],
        lr=params.learning_rate,
    )
    warmup_steps = max(1, round(total_steps * params.warmup_fraction))

    def factor(step: int) -> float:
        if step < warmup_steps:
            return (step + 1) / (warmup_steps + 1)
        progress = (step - warmup_steps) / max(1, total_steps - warmup_steps)
        return 0.5 * (1 + float(np.cos(np.pi * progress)))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def _sampling_weights(labels: Tensor, balance: float) -> Tensor:
    """How often each image is drawn, relative to the others: its class's frequency ** -balance."""
    counts = torch.bincount(labels, minlength=NUM_CLASSES).clamp(min=1).double()
    return (counts**-balance)[labels]


def _batches(
    weights: Tensor, steps: int, batch_size: int, generator: torch.Generator
) -> Iterator[Tensor]:
    """Row numbers of an epoch's batches, int64[batch_size] each.

    Systematic sampling in random order: an image with `k` times the mean weight appears `k` times,
    rounded up or down at random, so that with equal weights no image is left out.
    """
    count = steps * batch_size
    edges = (weights / weights.sum()).cumsum(0) * count
    points = torch.arange(count) + torch.rand(1, generator=generator, dtype=weights.dtype)
    rows = torch.searchsorted(edges, points).clamp(max=len(weights) - 1)
    order = torch.randperm(count, generator=generator)
    yield from rows[order].split(batch_size)


def _validate(model: Recognizer, val: Packed) -> tuple[float, float, float]:
    """Cross-entropy, accuracy and macro-F1 over the classes of `val`."""
    logits = predict_logits(model, val.images)
    loss = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(val.labels)).item()
    guesses: npt.NDArray[np.int64] = logits.argmax(1)
    accuracy = float((guesses == val.labels).mean())
    macro_f1 = f1_score(val.labels, guesses, average="macro", zero_division=0)
    return loss, accuracy, float(macro_f1)
