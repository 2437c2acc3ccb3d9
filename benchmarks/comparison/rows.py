"""The rows of the comparison, and how each is measured."""

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.comparison import peer, pipeline
from benchmarks.comparison.files import STATES, model_file, save_model
from benchmarks.comparison.scores import score
from benchmarks.drawn import pack
from benchmarks.leak import Cut, cut_by_track, load
from benchmarks.publish import ROOT
from signs.inference.preprocess import decode, preprocess
from signs.packed import Packed, concatenate
from signs.params import load_params
from signs.sources.drawn import drawn_source
from signs.sources.open import open_source
from signs.training.architectures import NAMES, Recognizer, build, count_parameters
from signs.training.checkpoint import fingerprint
from signs.training.export import run_onnx, to_onnx
from signs.training.resume import StateFile

SEEDS = (0, 1, 2)
EPOCHS = 24  # of the recipe for photos
ADD_DRAWN = 200  # images of each sign, beside the photos
FEW_EPOCHS = 6
LARGEST = ("mobilenet_v3_large", "efficientnet_b0", "resnet18", "resnet34", "resnet50")
OPTIONAL = ("resnet34", "resnet50")
PEERS = {f"peer-{momentum}": momentum for momentum in peer.MOMENTA}
PARAMS = load_params(
    "arch", "image_size", "data", "split", "train", "export", path=ROOT / "params.yaml"
)

Row = dict[str, Any]


class Photos:
    """The photos of a folder, read when they are first asked for.

    Args:
        folder: in a layout that `data.source` takes, with a test part of its own.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @cached_property
    def parts(self) -> Cut:
        """Packed: the training photos cut by track as the pipeline does, and the test photos.

        Drawings are added to those that train, as with `data.add_drawn`.
        """
        whole = load(self.folder)
        cut = cut_by_track(whole["train"])
        drawn, _ = pack(drawn_source(ADD_DRAWN, PARAMS.data.seed + 2), "train")
        return {**cut, "train": concatenate([cut["train"], drawn]), "test": whole["test"]}

    @cached_property
    def peer_training(self) -> peer.PeerTraining:
        """The peer, before its training."""
        photos = list(open_source(self.folder, PARAMS.data).parts["train"]())
        labels = torch.tensor([photo.label for photo in photos])
        return peer.PeerTraining([decode(photo.data) for photo in photos], labels)

    @cached_property
    def peer_val(self) -> Packed:
        """The photos that the peer held out, at its size."""
        training = self.peer_training
        photos = [training.photos[row] for row in training.val_rows.tolist()]
        images = np.stack([preprocess(photo, peer.SIZE) for photo in photos])
        labels = training.labels[training.val_rows].numpy()
        return Packed(images, labels, np.array([str(row) for row in range(len(labels))]), "")

    @cached_property
    def peer_test(self) -> Packed:
        """The test photos at the peer's size."""
        return load(self.folder, peer.SIZE, ("test",))["test"]


def measures(folder: str) -> dict[str, Callable[[], Row]]:
    """What measures each row, by its name, in the order of the table."""
    photos = Photos(folder)
    rows: dict[str, Callable[[], Row]] = {}
    rows |= {f"signnet-{seed}": partial(ours, photos, "signnet", seed) for seed in SEEDS}
    rows |= {name: partial(ours, photos, name, 0) for name in NAMES if name != "signnet"}
    return rows | {name: partial(usual, photos, name) for name in PEERS}


def ours(photos: Photos, arch: str, seed: int) -> Row:
    """A row of an architecture in our pipeline."""
    name = f"signnet-{seed}" if arch == "signnet" else arch
    epochs = FEW_EPOCHS if arch in LARGEST else EPOCHS
    train = PARAMS.train.model_copy(update={"seed": seed, "epochs": epochs})
    params = PARAMS.model_copy(update={"arch": arch, "train": train})
    row = pipeline.measure(
        name, photos.parts, params, states(params.model_dump()), arch == "signnet"
    )
    return row | {"multiply_adds": multiply_adds(build(arch), PARAMS.image_size)}


def usual(photos: Photos, name: str) -> Row:
    """A row of the peer; the first of them trains both."""
    training = photos.peer_training
    peer.train_peer(training, states({"peer": "of this code alone"}))
    training.statistics[PEERS[name]].put()
    model = training.model.eval()
    proto = to_onnx(model, peer.SIZE)
    save_model(proto, path := model_file(name, "fp32"))
    probabilities, _ = run_onnx(proto, photos.peer_test.images)
    on_val, _ = run_onnx(proto, photos.peer_val.images)
    file = {
        "bytes": path.stat().st_size,
        "val_accuracy": float((on_val.argmax(axis=1) == photos.peer_val.labels).mean()),
        **score(probabilities, photos.peer_test),
    }
    return {
        "parameters": count_parameters(model),
        "cpu_seconds": training.cpu_seconds,
        "files": {"fp32": file},
        "multiply_adds": multiply_adds(model, peer.SIZE),
    }


def states(made_of: dict[str, Any]) -> StateFile:
    """Where a training keeps its state; one of other params or code finds nothing there."""
    code = [ROOT / "signs" / "training", Path(peer.__file__)]
    return StateFile(STATES, fingerprint(code, made_of))


def multiply_adds(model: Recognizer, size: int) -> int:
    """Of one image of that side; the normalisation's are not counted."""
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        model.eval()(torch.zeros(1, 3, size, size))
    return counter.get_total_flops() // 2
