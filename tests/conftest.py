"""What many tests share: small arrays, a small exported model, the data set where it is at hand."""

from pathlib import Path

import numpy as np
import pytest
import torch

from signs.classes import CLASSES, NUM_CLASSES
from signs.inference.model_info import ModelInfo
from signs.packed import Packed
from signs.training.architectures import Recognizer, build
from signs.training.checkpoint import as_input
from signs.training.export import save_onnx, to_onnx

ROOT = Path(__file__).parents[1]
GTSRB = ROOT.parent / "shared" / "gtsrb"
IMAGE_SIZE = 32


@pytest.fixture(scope="session")
def gtsrb() -> Path:
    """The folder with real photos; tests that need it skip where it is missing."""
    if not (GTSRB / "data").is_dir():
        pytest.skip("needs the GTSRB photos in ../shared/gtsrb")
    return GTSRB


@pytest.fixture(scope="session")
def packed() -> Packed:
    """Noise with a little of its class in it: 6 images of each class in 3 tracks of two."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(NUM_CLASSES), 6)
    images = rng.integers(0, 200, (len(labels), IMAGE_SIZE, IMAGE_SIZE, 3), dtype=np.uint8)
    images[..., 0] = labels[:, None, None] * 5
    tracks = np.array([f"{label}-{i // 2}" for i, label in enumerate(labels)])
    return Packed(images, labels, tracks, "noise")


@pytest.fixture(scope="session")
def warmed_model(packed: Packed) -> Recognizer:
    """A network with batch-norm statistics of real activations, as after training."""
    torch.manual_seed(0)
    model = build("signnet").train()
    with torch.no_grad():
        for _ in range(20):
            model(as_input(torch.from_numpy(packed.images[:64])))
        # Answers as spread as those of a trained network: near-equal ones would all agree.
        model.get_parameter("network.head.1.weight").mul_(5)
    return model.eval()


@pytest.fixture(scope="session")
def model_info() -> ModelInfo:
    return ModelInfo(
        arch="signnet",
        image_size=IMAGE_SIZE,
        class_names=tuple(c.name for c in CLASSES),
        stvo_numbers=tuple(c.stvo for c in CLASSES),
        data="noise",
        test_data="noise",
        fingerprint="0123456789abcdef",
        precision="fp32",
        temperature=1.0,
        threshold=0.5,
        accuracy=0.25,
    )


@pytest.fixture(scope="session")
def model_file(
    warmed_model: Recognizer, model_info: ModelInfo, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An exported model that answers, if not well."""
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    save_onnx(to_onnx(warmed_model, IMAGE_SIZE), model_info, path)
    return path
