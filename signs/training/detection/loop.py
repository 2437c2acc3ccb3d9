"""The training loop of a detector: scenes in, the averaged network out."""

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from signs.catalog.detection_categories import CATEGORIES
from signs.errors import SignsError
from signs.networks.detector import DetectorNet, points
from signs.params import DetectorTrainParams
from signs.records.packed_scenes import PackedScenes
from signs.training.detection.assignment import assign
from signs.training.detection.batches import Batch, collate, draw_batches
from signs.training.detection.crops import SceneCrops, TrainingCrop
from signs.training.detection.loss import detection_loss
from signs.training.detection.mining import Mined, mine
from signs.training.ema import Ema
from signs.training.epochs import OnStep, State, run_epochs
from signs.training.optimizer import make_optimizer
from signs.training.precision import training_device, training_dtype
from signs.training.randomness import Randomness

MEASURED_CROPS = 512  # that batch normalization and validation see, unless epochs are shorter
MEASURED_BATCH = 16


@dataclass(frozen=True)
class DetectorEpoch:
    """What one epoch came to; validation is that of the averaged weights.

    Attributes:
        epoch: from 1.
        train_loss: mean over the epoch's crops.
        val_loss: over crops of the validation scenes, always the same ones.
        learning_rate: at the epoch's end.
        hard: regions of the training scenes that look like a sign, and are background.
        ignored: those that seem to show signs without a label.
    """

    epoch: int
    train_loss: float
    val_loss: float
    learning_rate: float
    hard: int
    ignored: int


def fit_detector(
    train: PackedScenes,
    val: PackedScenes,
    params: DetectorTrainParams,
    on_step: OnStep = lambda *_: None,
    on_epoch: Callable[[DetectorEpoch], None] = lambda _: None,
    state: State | None = None,
    on_state: Callable[[State], None] = lambda _: None,
) -> tuple[DetectorNet, DetectorEpoch]:
    """Train a detector; the same arguments give the same weights on one machine.

    Args:
        train, val: scenes of different places.
        on_step: called after each step with steps done, steps in all, and the running loss.
        on_epoch: called after each epoch, and first for those that `state` holds.
        state: of a run with the same arguments, to go on from; the weights come out the same.
        on_state: called after each epoch with the state to go on from.

    Returns:
        The averaged network after the last epoch, on the CPU in evaluation mode, and the epoch's
        report. Nothing is chosen on validation.

    Raises:
        SignsError: the device is not there, or the loss is no longer finite.
    """
    trainer = DetectorTrainer(train, val, params)
    run_epochs(trainer, params.epochs, on_step, on_epoch, state, on_state)
    return trainer.averaged(), trainer.reports[-1]


class DetectorTrainer:
    """A detector in training, as it stands between two epochs.

    Attributes:
        reports: of the epochs done.
    """

    def __init__(self, train: PackedScenes, val: PackedScenes, params: DetectorTrainParams) -> None:
        self._device = device = training_device(params.device)
        self._params = params
        self._random = Randomness(params.seed, device)
        with self._random.in_place():
            model = DetectorNet(len(CATEGORIES)).to(device)
        self._model = model.to(memory_format=torch.channels_last)
        self._dtype = training_dtype(model, device, params.precision)
        self._steps = params.crops_per_epoch // params.batch_size
        self._optimizer, self._schedule = make_optimizer(model, params, params.epochs * self._steps)
        self._ema = Ema(model, params.ema_decay)
        self._points = points(params.crop_size, params.crop_size, device)
        copied = params.copied_signs
        self._crops = SceneCrops(train, params.crop_size, params.augment, copied)
        plain = SceneCrops(val, params.crop_size, strength=0)
        fixed = np.random.default_rng(0)
        measured = min(MEASURED_CROPS, params.crops_per_epoch)
        self._val = [plain.draw(fixed) for _ in range(measured)]
        self._measured = [self._crops.draw(fixed) for _ in range(measured)]
        self.reports: list[DetectorEpoch] = []
        self._mined = Mined()
        rounds = params.mine_rounds
        self._searches = {round(params.epochs * n / (rounds + 1)) for n in range(1, rounds + 1)}

    def epoch(self, on_step: OnStep = lambda *_: None) -> DetectorEpoch:
        """Go once through an epoch's crops and validate.

        Raises:
            SignsError: the loss is no longer finite.
        """
        number = len(self.reports) + 1
        with self._random.in_place():
            train_loss = self._train(on_step)
            if not math.isfinite(train_loss):
                rate = self._params.learning_rate
                raise SignsError(
                    f"training diverged in epoch {number}: lower detector.train.learning_rate "
                    f"({rate})"
                )
            averaged = self.averaged()
            val_loss = self._validate(averaged)
            if number in self._searches:
                self._look_at(mine(averaged, self._crops, self._params.mine_score, self._mined))
        rate = float(self._schedule.get_last_lr()[0])
        hard, ignored = (
            sum(len(boxes) for boxes in found.values())
            for found in (self._mined.hard, self._mined.ignored)
        )
        self.reports.append(DetectorEpoch(number, train_loss, val_loss, rate, hard, ignored))
        return self.reports[-1]

    def averaged(self) -> DetectorNet:
        """The averaged network in evaluation mode; the next epoch changes it."""
        measured = self._batches_of(self._measured)
        model = self._ema.evaluated_on(batch.images for batch in measured)
        assert isinstance(model, DetectorNet)
        return model

    def state(self) -> State:
        """All that decides what comes next, as `restore` takes it."""
        parts = {name: part.state_dict() for name, part in self._parts_with_state().items()}
        return {
            **parts,
            "hard": dict(self._mined.hard),
            "ignored": dict(self._mined.ignored),
            "reports": [asdict(report) for report in self.reports],
        }

    def restore(self, state: State) -> None:
        """Go back to a `state` of a run with the same arguments."""
        for name, part in self._parts_with_state().items():
            part.load_state_dict(state[name])
        self._look_at(Mined(state["hard"], state["ignored"]))
        self.reports = [DetectorEpoch(**report) for report in state["reports"]]

    def _parts_with_state(self) -> dict[str, Any]:
        return {
            "model": self._model,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
            "ema": self._ema,
            "random": self._random,
        }

    def _look_at(self, mined: Mined) -> None:
        self._mined = mined
        hard, ignored = (
            {place: boxes.numpy() for place, boxes in found.items()}
            for found in (mined.hard, mined.ignored)
        )
        self._crops.look_at(hard, ignored)

    def _train(self, on_step: OnStep) -> float:
        """The steps of one epoch; returns the mean loss."""
        done, mean_loss = len(self.reports) * self._steps, 0.0
        steps = range(done, done + self._steps)
        size, seed = self._params.batch_size, self._params.seed
        self._model.train()
        batches = draw_batches(self._crops, size, seed, steps, self._device)
        for step, batch in enumerate(batches, 1):
            loss = self._loss(self._model, batch)
            self._optimizer.zero_grad()
            loss.backward()  # bfloat16 has the range of float32: no loss scaling
            torch.nn.utils.clip_grad_norm_(self._model.parameters(), 10.0)
            self._optimizer.step()
            self._schedule.step()
            self._ema.update(self._model)
            mean_loss += (loss.item() - mean_loss) / step
            on_step(done + step, self._params.epochs * self._steps, mean_loss)
        return mean_loss

    @torch.no_grad()
    def _validate(self, model: DetectorNet) -> float:
        losses = [self._loss(model, batch).item() for batch in self._batches_of(self._val)]
        return float(np.mean(losses))

    def _batches_of(self, crops: list[TrainingCrop]) -> Iterator[Batch]:
        for start in range(0, len(crops), MEASURED_BATCH):
            yield collate(crops[start : start + MEASURED_BATCH], self._device)

    def _loss(self, model: DetectorNet, batch: Batch) -> Tensor:
        reduced = self._dtype != torch.float32
        with torch.autocast(self._device.type, self._dtype, enabled=reduced):
            answers = model(batch.images)
        targets = assign(answers, self._points, batch.boxes, batch.categories)
        return detection_loss(answers, self._points, targets)
