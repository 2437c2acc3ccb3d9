"""What many tests share: small arrays, a small exported model, the data set where it is at hand."""

import os
from pathlib import Path

if "PYTEST_XDIST_WORKER" in os.environ:  # two processes test side by side: one thread for each
    os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["LC_ALL"] = "C.UTF-8"  # tables are in the language of the locale

import numpy as np
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.export.graph import to_onnx, with_outputs
from signs.export.onnx_file import save_onnx
from signs.inference.drift import make_reference
from signs.inference.model_info import ModelInfo, Preprocessing
from signs.networks.architectures import Network
from signs.params import TrainParams, load_params
from signs.records.packed import Packed
from signs.training.loop import EpochReport, fit

ROOT = Path(__file__).parents[1]
PHOTOS = ROOT.parent / "shared" / "gtsrb"
SCENES = ROOT.parent / "shared" / "gtsdb"
IMAGE_SIZE = 32


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of one folder share a process, and with it what is slow to make.

    A module may name a group of its own. Those that run whole stages take longest, so they begin.
    """
    folders = {item: item.path.relative_to(ROOT / "tests").parts[0] for item in items}
    for item, folder in folders.items():
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(folder))
    items.sort(key=lambda item: folders[item] != "stages")


@pytest.fixture(scope="session")
def gtsrb() -> Path:
    """The folder with real photos; tests that need it skip where it is missing."""
    if not (PHOTOS / "data").is_dir():
        pytest.skip("needs the GTSRB photos in ../shared/gtsrb")
    return PHOTOS


@pytest.fixture(scope="session")
def road_scenes() -> Path:
    """The folder with real road scenes; tests that need it skip where it is missing."""
    if not (SCENES / "gt.txt").is_file():
        pytest.skip("needs the GTSDB scenes in ../shared/gtsdb")
    return SCENES


@pytest.fixture(scope="session")
def packed() -> Packed:
    """Noise whose red and green are its class's: 6 images of each class in 3 groups of two."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(len(GTSRB)), 6)
    images = rng.integers(0, 200, (len(labels), IMAGE_SIZE, IMAGE_SIZE, 3), dtype=np.uint8)
    red_and_green = np.stack(np.divmod(labels, 7), axis=1) * 30
    images[..., :2] = red_and_green[:, None, None]
    groups = np.array([f"{label}-{i // 2}" for i, label in enumerate(labels)])
    return Packed(images, labels, groups, "noise", GTSRB)


@pytest.fixture(scope="session")
def recipe() -> TrainParams:
    """A short recipe that learns what `packed` has in it."""
    train = load_params("train", path=ROOT / "params.yaml").train
    return train.model_copy(
        update={
            "epochs": 15,
            "batch_size": 32,
            "augment": 0.0,
            "ema_decay": 0.9,
            "small_share": 0.0,
        }
    )


@pytest.fixture(scope="session")
def training(packed: Packed, recipe: TrainParams) -> tuple[Network, EpochReport]:
    return fit(packed, packed, "signnet", recipe)


@pytest.fixture(scope="session")
def trained_model(training: tuple[Network, EpochReport]) -> Network:
    return training[0]


@pytest.fixture(scope="session")
def model_info() -> ModelInfo:
    uneven = np.random.default_rng(0).dirichlet(np.full(len(GTSRB), 0.1), 500).astype(np.float32)
    return ModelInfo(
        task="recognize",
        arch="signnet",
        precision="fp32",
        label_space=GTSRB,
        preprocessing=Preprocessing(IMAGE_SIZE),
        threshold=0.5,
        temperature=1.0,
        data="noise",
        trained_from="0123456789abcdef",
        accuracy=0.25,
        accuracy_data="noise",
        reference=make_reference(uneven, uneven[:, 0], uneven.argmax(axis=1)),
        version="0123456789ab-fp32",
    )


@pytest.fixture(scope="session")
def model_file(
    trained_model: Network, model_info: ModelInfo, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An exported model that answers, if not well."""
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    save_onnx(with_outputs(to_onnx(trained_model, IMAGE_SIZE), GTSRB), model_info, path)
    return path
