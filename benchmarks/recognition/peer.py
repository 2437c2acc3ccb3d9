"""The usual recipe, as a peer: MobileNetV3-Small at 224 x 224, trained from scratch.

AdamW at 3e-4 (weight decay 0.01, its default), batches of 64, 5 epochs; rotation up to 10 degrees,
random resized crop of 0.9 to 1, horizontal flip; a random 80 to 20 split by image, no output for
negatives, no calibration. Batch norms have torch's default momentum of 0.1: with torchvision's
0.01, made for hundreds of epochs, this run reads 80.0 % in place of 82.5 %.
"""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from torchvision.transforms import v2

from benchmarks.recognition.pipeline import WORK
from benchmarks.recognition.scores import score
from benchmarks.rows import Row
from signs.catalog.gtsrb import GTSRB
from signs.data.source import Source
from signs.export.calibration import Calibration
from signs.export.candidates import Candidate, describe
from signs.export.fitting import fit_threshold
from signs.export.graph import run_onnx, to_onnx, with_outputs
from signs.export.onnx_file import save_onnx
from signs.inference.drift import make_reference
from signs.inference.preprocess import decode, preprocess
from signs.networks.architectures import IMAGENET_MEAN, IMAGENET_STD, Network, build
from signs.networks.checkpoint import TrainingRecord
from signs.networks.normalization import ChannelNormalization
from signs.networks.weights import count_parameters
from signs.records.packed import Packed

ARCH = "mobilenet_v3_small"
SIZE = 224
EPOCHS = 5
BATCH = 64
LEARNING_RATE = 3e-4
VAL_SHARE = 0.2
MAX_REJECTED = 0.01  # of right validation answers, as `export.max_rejected`
LABEL_SPACE = replace(GTSRB, has_negatives=False)

AUGMENT = v2.Compose(
    [
        v2.RandomRotation(10),
        v2.RandomResizedCrop(SIZE, scale=(0.9, 1.0)),
        v2.RandomHorizontalFlip(),
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True),
    ]
)


def measure(source: Source, test: Packed) -> Row:
    """Train on a source's training part, and score the file on `test`, of `SIZE`."""
    torch.manual_seed(0)
    labeled = [(decode(photo.data), photo.label) for photo in source.parts["train"]()]
    photos, labels = [photo for photo, _ in labeled], torch.tensor([label for _, label in labeled])
    order = torch.randperm(len(photos))
    val_rows, train_rows = order.split([n := round(VAL_SHARE * len(photos)), len(photos) - n])
    network = build(ARCH, len(LABEL_SPACE)).network
    model = Network(network, ChannelNormalization(IMAGENET_MEAN, IMAGENET_STD))
    cpu, wall = time.process_time(), time.perf_counter()
    train(model, photos, labels, train_rows)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    val_images = np.stack([preprocess(photos[row], SIZE) for row in val_rows.tolist()])
    names = np.array([str(row) for row in val_rows.tolist()])
    val = Packed(val_images, labels[val_rows].numpy(), names, source.name, LABEL_SPACE)
    path = WORK / "peer" / "models" / "model_fp32.onnx"
    export(model, val, path)
    return {
        "parameters": count_parameters(model),
        "epochs": EPOCHS,
        "cpu_seconds": cpu,
        "wall_seconds": wall,
        "files": {"fp32": score(path, test)},
    }


def train(model: Network, photos: list[Image.Image], labels: Tensor, rows: Tensor) -> None:
    """Train in place, on the photos at `rows`."""
    model.to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    for epoch in range(1, EPOCHS + 1):
        running_loss = 0.0
        batches = rows[torch.randperm(len(rows))].split(BATCH)
        for step, chosen in enumerate(batches, start=1):
            images = torch.stack([AUGMENT(photos[row]) for row in chosen.tolist()])
            loss = F.cross_entropy(model(images), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            running_loss += (loss.item() - running_loss) / step
        print(f"peer, epoch {epoch} of {EPOCHS}: loss {running_loss:.4f}", flush=True)


def export(model: Network, val: Packed, path: Path) -> None:
    """Write a file that answers as ours do: its `known` is the largest probability."""
    proto = with_outputs(to_onnx(model.eval(), SIZE), LABEL_SPACE)
    probabilities, known = run_onnx(proto, val.images)
    right = probabilities.argmax(axis=1) == val.labels
    candidate = Candidate(
        precision="fp32",
        proto=proto,
        calibration=Calibration(),
        threshold=fit_threshold(known, right, MAX_REJECTED),
        reference=make_reference(probabilities, known, val.labels),
        accuracy=float(right.mean()),
        loss=float("nan"),
        known_auroc=float("nan"),
    )
    record = TrainingRecord(ARCH, SIZE, LABEL_SPACE, val.source, "the peer")
    save_onnx(proto, describe(candidate, record, val), path)
