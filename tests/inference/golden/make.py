"""Makes the golden files again, after a change of the format that is meant.

    uv run python -m tests.inference.golden.make

A tiny network with random weights, exported as the pipeline exports; a picture; what onnxruntime
answers to it. Models of earlier releases must stay readable: look twice before you run this.
"""

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from signs.catalog.gtsrb import GTSRB
from signs.export.calibration import Calibration
from signs.export.candidates import Candidate, describe
from signs.export.graph import to_onnx, with_outputs
from signs.export.onnx_file import save_onnx
from signs.inference.drift import make_reference
from signs.inference.preprocess import preprocess
from signs.inference.recognizer import Recognizer
from signs.networks.checkpoint import TrainingRecord
from signs.networks.normalization import ContrastNormalization
from signs.records.packed import Packed

FOLDER = Path(__file__).parent
MODEL, PICTURE, ANSWERS = (FOLDER / name for name in ("model.onnx", "picture.png", "answers.json"))
SIZE = 24


def main() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(
        ContrastNormalization(), nn.Conv2d(3, 8, 4, stride=4), nn.ReLU(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(72, GTSRB.num_outputs),
    )  # fmt: skip
    calibration = Calibration(0.1, 9.0, 0.5)
    proto = with_outputs(to_onnx(network, SIZE), GTSRB, calibration)
    rng = np.random.default_rng(0)
    spread = rng.dirichlet(np.full(len(GTSRB), 0.1), 200).astype(np.float32)
    reference = make_reference(spread, spread[:, 0], spread.argmax(axis=1))
    images = np.zeros((1, SIZE, SIZE, 3), np.uint8)
    val = Packed(images, np.zeros(1, np.int64), np.array(["0"]), "noise", GTSRB)
    record = TrainingRecord("tiny", SIZE, GTSRB, "noise", "0" * 64)
    candidate = Candidate("fp32", proto, calibration, 0.5, reference, 0.0, 0.0, 0.5)
    save_onnx(proto, describe(candidate, record, val), MODEL)

    pixels = rng.integers(0, 256, (5, 7, 4), dtype=np.uint8)
    Image.fromarray(pixels).resize((70, 50), Image.Resampling.BILINEAR).save(PICTURE)
    recognizer = Recognizer(MODEL)
    answers = recognizer.answer([preprocess(PICTURE.read_bytes(), SIZE)])
    content = {
        "version": recognizer.info.version,
        "probabilities": [round(float(p), 6) for p in answers.probabilities[0]],
        "known": round(float(answers.known[0]), 6),
        "recognized": bool(answers.recognized[0]),
    }
    ANSWERS.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
