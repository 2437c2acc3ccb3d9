"""The training loop: packed arrays in, the best network by validation macro-F1 out."""

import copy
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from sklearn.metrics import f1_score

from signs.errors import SignsError
from signs.networks.architectures import Network, build
from signs.networks.forward import as_input, predict_logits
from signs.params import TrainParams
from signs.records.packed import Packed
from signs.training.augment import augment
from signs.training.ema import Ema
from signs.training.epochs import OnStep, State, run_epochs
from signs.training.optimizer import make_optimizer
from signs.training.precision import training_device, training_dtype
from signs.training.randomness import Randomness
from signs.training.sampling import epoch_batches, sampling_weights
from signs.training.statistics import statistics_batches


@dataclass(frozen=True)
class EpochReport:
    """What one epoch came to; validation is that of the averaged weights.

    Attributes:
        epoch: from 1.
        image_size: side of the images that it was trained and validated on, in pixels.
        train_loss: mean over the epoch's augmented batches, with label smoothing.
        val_loss: cross-entropy, without.
        val_accuracy: share.
        val_macro_f1: unweighted mean of the classes' F1.
        learning_rate: at the epoch's end.
        best: whether it is the best epoch so far, of those at full size.
    """

    epoch: int
    image_size: int
    train_loss: float
    val_loss: float
    val_accuracy: float
    val_macro_f1: float
    learning_rate: float
    best: bool


OnEpoch = Callable[[EpochReport], None]


def fit(
    train: Packed,
    val: Packed,
    arch: str,
    params: TrainParams,
    on_step: OnStep = lambda *_: None,
    on_epoch: OnEpoch = lambda _: None,
    state: State | None = None,
    on_state: Callable[[State], None] = lambda _: None,
) -> tuple[Network, EpochReport]:
    """Train a network; the same arguments give the same weights on one machine.

    Args:
        train: signs, and negatives where its label space has them.
        val: of signs alone.
        on_step: called after each step with steps done, steps in all, and the running loss.
        on_epoch: called after each epoch, and first for those that `state` holds.
        state: of a run with the same arguments, to go on from; the weights come out the same.
        on_state: called after each epoch with the state to go on from.

    Returns:
        The averaged network of the best epoch, on the CPU, and that epoch's report. Best is the
        highest macro-F1, and the lowest loss among equals.

    Raises:
        SignsError: the device is not there, the pretrained weights cannot be downloaded, or the
            loss is no longer finite, in training or in each validation.
    """
    trainer = Trainer(train, val, arch, params)
    run_epochs(trainer, params.epochs, on_step, on_epoch, state, on_state)
    return trainer.best()


class Trainer:
    """A network in training, as it stands between two epochs.

    Attributes:
        reports: of the epochs done.
        averaged: the averaged network after the last epoch that this object did, in evaluation
            mode; the next epoch changes it. There is none before, nor after `restore`.
    """

    averaged: Network

    def __init__(self, train: Packed, val: Packed, arch: str, params: TrainParams) -> None:
        device = training_device(params.device)
        self._params = params
        self._val = val
        self._random = Randomness(params.seed, device)
        with self._random.in_place():
            model = build(arch, train.label_space.num_outputs, params.pretrained).to(device)
        self._model = model.to(memory_format=torch.channels_last)
        self._dtype = training_dtype(model, device, params.precision)
        self._images = torch.from_numpy(train.images).to(device)
        self._labels = torch.from_numpy(train.labels).to(device)
        self._weights = sampling_weights(
            torch.from_numpy(train.labels),
            train.label_space,
            params.class_balance,
            params.negative_share,
        )
        self._steps = -(-len(train) // params.batch_size)
        self._optimizer, self._schedule = make_optimizer(model, params, params.epochs * self._steps)
        self._ema = Ema(model, params.ema_decay)
        self._best = copy.deepcopy(model)
        self.reports: list[EpochReport] = []

    def epoch(self, on_step: OnStep = lambda *_: None) -> EpochReport:
        """Go once through the training images and validate.

        Raises:
            SignsError: the loss is no longer finite.
        """
        number = len(self.reports) + 1
        size = self._size(number)
        with self._random.in_place():
            train_loss = self._train(size, on_step)
            if not math.isfinite(train_loss):
                raise self._diverged(f"in epoch {number}")
            batches = statistics_batches(self._images, self._random.augmentation, size)
            self.averaged = self._ema.evaluated_on(batches)  # type: ignore[assignment]
            scores = _validate(self.averaged, self._val, size)
        rate = float(self._schedule.get_last_lr()[0])
        best = size == self._images.shape[1] and self._is_best(*scores)
        if best:
            self._best.load_state_dict(self.averaged.state_dict())
        self.reports.append(EpochReport(number, size, train_loss, *scores, rate, best))
        return self.reports[-1]

    def _train(self, size: int, on_step: OnStep) -> float:
        """The steps of one epoch, on images of `size` pixels; returns the mean loss."""
        params, device = self._params, self._images.device
        done = len(self.reports) * self._steps
        mean_loss = 0.0
        self._model.train()
        batches = epoch_batches(
            self._weights, self._steps, params.batch_size, self._random.sampling
        )
        for step, chosen in enumerate(batches, start=1):
            rows = chosen.to(device)
            images, labels = as_input(self._images[rows]), self._labels[rows]
            images = augment(images, self._random.augmentation, params.augment, size)
            with torch.autocast(device.type, self._dtype, enabled=self._dtype != torch.float32):
                logits = self._model(images)
                loss = F.cross_entropy(logits, labels, label_smoothing=params.label_smoothing)
            self._optimizer.zero_grad()
            loss.backward()  # bfloat16 has the range of float32: no loss scaling
            self._optimizer.step()
            self._schedule.step()
            self._ema.update(self._model)
            mean_loss += (loss.item() - mean_loss) / step
            on_step(done + step, params.epochs * self._steps, mean_loss)
        return mean_loss

    def _size(self, epoch: int) -> int:
        """Side of an epoch's images: the first see less of each, and so cost less."""
        full: int = self._images.shape[1]
        # A product such as 100 * 0.29 comes out a little below the whole number that it is.
        small = int(self._params.epochs * self._params.small_share + 1e-9)
        return min(full, self._params.small_size) if epoch <= small else full

    def _is_best(self, loss: float, accuracy: float, macro_f1: float) -> bool:
        """Whether these scores are finite and better than those of the best epoch so far."""
        if not (math.isfinite(loss) and math.isfinite(macro_f1)):
            return False
        last = self._best_report()
        return last is None or (macro_f1, -loss) > (last.val_macro_f1, -last.val_loss)

    def _best_report(self) -> EpochReport | None:
        return next((report for report in reversed(self.reports) if report.best), None)

    def _diverged(self, when: str) -> SignsError:
        rate = self._params.learning_rate
        return SignsError(f"training diverged {when}: lower train.learning_rate ({rate})")

    def best(self) -> tuple[Network, EpochReport]:
        """The averaged network of the best epoch, on the CPU in evaluation mode, and its report.

        Raises:
            SignsError: no epoch at full size had a finite validation.
        """
        report = self._best_report()
        if report is None:
            raise self._diverged("before any validation at full size was finite")
        return copy.deepcopy(self._best).cpu().eval(), report

    def state(self) -> State:
        """All that decides what comes next, as `restore` takes it."""
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        return {**parts, "reports": [asdict(report) for report in self.reports]}

    def restore(self, state: State) -> None:
        """Go back to a `state` of a run with the same arguments."""
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.reports = [EpochReport(**report) for report in state["reports"]]

    def _parts(self) -> dict[str, Any]:
        return {
            "model": self._model,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
            "ema": self._ema,
            "best": self._best,
            "random": self._random,
        }


def _validate(model: Network, val: Packed, size: int) -> tuple[float, float, float]:
    """Cross-entropy, accuracy and macro-F1 over the classes of `val`, scaled to `size`."""
    logits = predict_logits(model, val.images, size=size)[:, : len(val.label_space)]
    loss = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(val.labels)).item()
    guesses: npt.NDArray[np.int64] = logits.argmax(1)
    accuracy = float((guesses == val.labels).mean())
    macro_f1 = f1_score(val.labels, guesses, average="macro", zero_division=0)
    return loss, accuracy, float(macro_f1)
