"""Batches of training crops, drawn ahead in the background."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from signs.training.detection.crops import SceneCrops, TrainingCrop

DRAWN_AHEAD = 1  # batches; more threads would take turns with those of the network
PADDING = -2  # the category of rows that only make all crops' tables equally long


@dataclass(frozen=True)
class Batch:
    """N crops.

    Attributes:
        images: float[N, 3, S, S] in 0 to 1, channels last in memory.
        boxes: float[N, M, 4] in their pixels; M is at least 1.
        categories: int64[N, M], places in `CATEGORIES`, `IGNORED` or `PADDING`.
    """

    images: Tensor
    boxes: Tensor
    categories: Tensor


def collate(crops: list[TrainingCrop], device: torch.device) -> Batch:
    """Put crops of one size together on a device."""
    images = torch.from_numpy(np.stack([crop.image for crop in crops])).to(device)
    most = max(1, *(len(crop.boxes) for crop in crops))
    boxes = np.zeros((len(crops), most, 4), np.float32)
    categories = np.full((len(crops), most), PADDING)
    for number, crop in enumerate(crops):
        boxes[number, : len(crop.boxes)] = crop.boxes
        categories[number, : len(crop.boxes)] = crop.categories
    return Batch(
        images.permute(0, 3, 1, 2).float().div_(255),
        torch.from_numpy(boxes).to(device),
        torch.from_numpy(categories).to(device),
    )


def draw_batches(
    crops: SceneCrops, size: int, seed: int, steps: range, device: torch.device
) -> Iterator[Batch]:
    """The batches of some steps; a step's batch depends on seed and step alone.

    Args:
        size: crops in a batch.
        steps: their numbers in the whole training.
    """

    def draw(step: int) -> list[TrainingCrop]:
        rng = np.random.default_rng([seed, step])
        return [crops.draw(rng) for _ in range(size)]

    with ThreadPoolExecutor(DRAWN_AHEAD) as pool:
        drawn = deque(pool.submit(draw, step) for step in steps[:DRAWN_AHEAD])
        for number in range(len(steps)):
            batch = drawn.popleft().result()
            drawn.extend(pool.submit(draw, step) for step in steps[number + DRAWN_AHEAD :][:1])
            yield collate(batch, device)
