"""Training throughput of each architecture, as images per second and as a ratio to ResNet-18.

    uv run python benchmarks/throughput.py

Every number is the best of several rounds of whole training steps (augmentation, forward,
backward, AdamW, averaging) on random images at the default size and batch size, on whatever device
training would use; the rounds of all architectures alternate, so that a machine whose speed drifts
treats them alike. The table also lands in `benchmarks/results/throughput.md`.
"""

import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from benchmarks.publish import publish
from signs.classes import NUM_CLASSES
from signs.packed import Packed
from signs.params import TrainParams, load_params
from signs.training.architectures import NAMES, build, count_parameters
from signs.training.loop import fit

BASELINE = "resnet18"
ROUNDS = 3
STEPS = 6
ROOT = Path(__file__).parents[1]


def random_images(count: int, size: int) -> Packed:
    """Packed noise: the speed of a step does not depend on what the images show."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, size, size, 3), dtype=np.uint8)
    labels = np.arange(count) % NUM_CLASSES
    return Packed(images, labels, np.array([str(i) for i in range(count)]), "noise")


def images_per_second(arch: str, train: Packed, val: Packed, params: TrainParams) -> float:
    """One short `fit`, its first step, which warms up, left out."""
    times: list[float] = []
    fit(train, val, arch, params, on_step=lambda *_: times.append(time.perf_counter()))
    return (len(times) - 1) * params.batch_size / (times[-1] - times[0])


def table(best: dict[str, float], size: int, batch_size: int) -> Iterator[str]:
    """The results as Markdown."""
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else platform.processor()
    yield f"Training throughput at {size} x {size}, batch {batch_size}; {os.cpu_count()} cores"
    yield f"({device or platform.machine()}), torch {torch.__version__}. Command:"
    yield "`uv run python benchmarks/throughput.py`"
    yield ""
    yield f"| architecture | parameters | images/s | ratio to {BASELINE} |"
    yield "|---|---:|---:|---:|"
    for arch, speed in best.items():
        size_in_millions = count_parameters(build(arch)) / 1e6
        ratio = speed / best[BASELINE]
        yield f"| {arch} | {size_in_millions:.2f} M | {speed:.0f} | {ratio:.2f} |"


def main() -> None:
    """Measure, print and write."""
    params = load_params("image_size", "train", path=ROOT / "params.yaml")
    recipe = params.train.model_copy(update={"epochs": 1})
    train = random_images((STEPS + 1) * recipe.batch_size, params.image_size)
    val = random_images(NUM_CLASSES, params.image_size)
    best = dict.fromkeys(NAMES, 0.0)
    for _ in range(ROUNDS):
        for arch in NAMES:
            best[arch] = max(best[arch], images_per_second(arch, train, val, recipe))
    publish("throughput.md", "\n".join(table(best, params.image_size, recipe.batch_size)))


if __name__ == "__main__":
    main()
