"""The usual recipe, as a peer: MobileNetV3-Small at 224 x 224, trained from scratch.

AdamW at 3e-4 (weight decay 0.01, its default), batches of 64, 5 epochs; rotation up to 10 degrees,
random resized crop of 0.9 to 1, horizontal flip; a random 80 to 20 split by image. No ImageNet
weights: nothing in this comparison has any.

torchvision gives this network's batch norms a momentum of 0.01, made for runs of hundreds of
epochs; 0.1 is torch's default. The momentum only says how fast the statistics that *evaluation*
uses follow those of the batches: training itself uses the batches' own, and comes to the same
weights. So one run makes both rows, with two sets of statistics kept beside it.
"""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torchvision import models
from torchvision.transforms import v2

from signs.catalog.gtsrb import NUM_CLASSES
from signs.networks.architectures import IMAGENET_MEAN, IMAGENET_STD, Network
from signs.networks.normalization import ChannelNormalization
from signs.training.resume import StateFile

SIZE = 224
EPOCHS = 5
BATCH = 64
LEARNING_RATE = 3e-4
VAL_SHARE = 0.2
MOMENTA = (0.01, 0.1)

AUGMENT = v2.Compose(
    [
        v2.RandomRotation(10),
        v2.RandomResizedCrop(SIZE, scale=(0.9, 1.0)),
        v2.RandomHorizontalFlip(),
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True),
    ]
)


class Statistics:
    """The running statistics that batch norms of some momentum would have.

    Args:
        model: its batch norms get a momentum of 1, so that they show those of the last batch alone.
        momentum: of the average kept here; r becomes (1 - momentum) r + momentum b, as in torch.
    """

    def __init__(self, model: nn.Module, momentum: float) -> None:
        norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
        for norm in norms:
            norm.momentum = 1.0
        kinds = ("running_mean", "running_var")
        self._shown: list[Tensor] = [getattr(norm, kind) for norm in norms for kind in kinds]
        self.averages = [shown.clone() for shown in self._shown]
        self._momentum = momentum

    def update(self) -> None:
        """Blend in what the last batch had."""
        torch._foreach_lerp_(self.averages, self._shown, self._momentum)

    def put(self) -> None:
        """Give the network these statistics, to be evaluated."""
        torch._foreach_copy_(self._shown, self.averages)


class WithoutOthers(nn.Module):
    """A network of the classes alone, exported as one that takes every picture for one of them."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> Tensor:
        """float[N, 3, S, S] in 0 to 1 -> logits float[N, NUM_CLASSES + 1]."""
        return F.pad(self.model(images), (0, 1), value=-1000.0)


class PeerTraining:
    """The training as it stands between two epochs.

    Args:
        photos: decoded, at their own sizes.
        labels: int64[N].
        seed: of the weights, the split and the augmentation.

    Attributes:
        photos, labels: as given.
        train_rows, val_rows: int64[M], which of them train and which are held out.
        model: as it is trained; a member of `statistics` has to `put` its own to evaluate it.
        statistics: by batch-norm momentum.
        epochs_done: so far.
        cpu_seconds: of all threads together, so far.
    """

    def __init__(self, photos: list[Image.Image], labels: Tensor, seed: int = 0) -> None:
        torch.use_deterministic_algorithms(False)  # a row before this one may have set it
        torch.manual_seed(seed)
        order = torch.randperm(len(photos))
        held_out = round(VAL_SHARE * len(photos))
        self.val_rows, self.train_rows = order[:held_out], order[held_out:]
        self.photos, self.labels = photos, labels
        network = models.mobilenet_v3_small(num_classes=NUM_CLASSES)
        model = Network(network, ChannelNormalization(IMAGENET_MEAN, IMAGENET_STD))
        self.model = model.to(memory_format=torch.channels_last)
        self.statistics = {momentum: Statistics(model, momentum) for momentum in MOMENTA}
        self._optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
        self.epochs_done = 0
        self.cpu_seconds = 0.0

    def epoch(self) -> float:
        """Go once through the training photos; return the mean loss."""
        started = time.process_time()
        self.model.train()
        losses = [self._step(rows) for rows in self._batches()]
        self.cpu_seconds += time.process_time() - started
        self.epochs_done += 1
        return float(np.mean(losses))

    def _batches(self) -> Iterator[Tensor]:
        shuffled = self.train_rows[torch.randperm(len(self.train_rows))]
        return iter(shuffled.split(BATCH))

    def _step(self, rows: Tensor) -> float:
        images = torch.stack([AUGMENT(self.photos[row]) for row in rows.tolist()])
        images = images.contiguous(memory_format=torch.channels_last)
        loss = F.cross_entropy(self.model(images), self.labels[rows])
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        for statistics in self.statistics.values():
            statistics.update()
        return loss.item()

    def state(self) -> dict[str, Any]:
        """All that decides what comes next."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "statistics": {m: s.averages for m, s in self.statistics.items()},
            "random": torch.get_rng_state(),
            "epochs_done": self.epochs_done,
            "cpu_seconds": self.cpu_seconds,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a `state` of a training with the same arguments."""
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        for momentum, averages in state["statistics"].items():
            torch._foreach_copy_(self.statistics[momentum].averages, averages)
        torch.set_rng_state(state["random"])
        self.epochs_done = state["epochs_done"]
        self.cpu_seconds = state["cpu_seconds"]


def train_peer(training: PeerTraining, state_file: StateFile) -> None:
    """Train to the end, from the state that a stopped run left if there is one."""
    if (state := state_file.load()) is not None:
        training.restore(state)
        print(f"the peer goes on after epoch {training.epochs_done}", flush=True)
    while training.epochs_done < EPOCHS:
        loss = training.epoch()
        state_file.save(training.state())
        seconds = f"{training.cpu_seconds:.0f} CPU s"
        print(f"peer, epoch {training.epochs_done}, {seconds}: loss {loss:.4f}", flush=True)
