"""The rows of the comparison, and how each is measured."""

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch

from benchmarks.recognition import peer, pipeline
from benchmarks.recognition.files import STATES, Row, model_file, save_model
from benchmarks.recognition.scores import score
from benchmarks.leak import Cut, load, pack_negatives, pack_part
from benchmarks.network import multiply_adds
from benchmarks.publish import ROOT
from signs.errors import SignsError
from signs.inference.preprocess import decode, preprocess
from signs.records.packed import Packed, concatenate
from signs.params import Params, load_params
from signs.splitting.cut import cut, with_negatives
from signs.data.drawn import drawn_source
from signs.data.open import open_source
from signs.networks.architectures import NAMES, build, count_parameters
from signs.networks.checkpoint import fingerprint
from signs.export.graph import run_onnx, to_onnx, with_outputs
from signs.training.resume import StateFile

SIGNNETS = {f"signnet-{seed}": seed for seed in (0, 1, 2)}
EPOCHS = 24  # of the recipe for photos
ADD_DRAWN = 200  # images of each sign, beside the photos
FEW_EPOCHS = 6
LARGEST = ("efficientnet_b0", "resnet18", "resnet34", "resnet50")
OPTIONAL = ("resnet34", "resnet50")
PEERS = {f"peer-{momentum}": momentum for momentum in peer.MOMENTA}
PARAMS = load_params(
    "arch", "image_size", "data", "split", "train", "export", path=ROOT / "params.yaml"
)


class Photos:
    """The photos of a folder, read when they are first asked for.

    Args:
        folder: in a layout that `data.source` takes, with a test part of its own.

    Raises:
        SignsError: it is not.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._source = open_source(folder, PARAMS.data)
        if "test" not in self._source.parts:
            raise SignsError(f"{folder} has no test part")

    @property
    def name(self) -> str:
        """The folder's own, without where it lies."""
        return Path(self.folder).resolve().name

    @cached_property
    def test_count(self) -> int:
        """How many photos its test part has."""
        return sum(1 for _ in self._source.parts["test"]())

    @cached_property
    def parts(self) -> Cut:
        """Packed as the pipeline does with `data.add_drawn`.

        "train" with pictures of none of the signs, "val", "test" and "negatives_val".
        """
        whole = load(self.folder)
        parts = cut(whole["train"], whole["test"], PARAMS.split).parts
        drawn = pack_part(drawn_source(ADD_DRAWN, PARAMS.data.seed + 2))
        others = pack_negatives()
        signs = concatenate([parts["train"], drawn])
        parts["train"] = with_negatives(signs, others["negatives_train"])
        return parts | {"negatives_val": others["negatives_val"]}

    @cached_property
    def peer_training(self) -> peer.PeerTraining:
        """The peer, before its training."""
        photos = list(self._source.parts["train"]())
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


def measures(photos: Photos) -> dict[str, Callable[[], Row]]:
    """What measures each row, by its name, in the order of the table."""
    rows: dict[str, Callable[[], Row]] = {}
    rows |= {name: partial(ours, photos, name, "signnet", seed) for name, seed in SIGNNETS.items()}
    rows |= {name: partial(ours, photos, name, name, 0) for name in NAMES if name != "signnet"}
    return rows | {name: partial(usual, photos, name) for name in PEERS}


def ours(photos: Photos, name: str, arch: str, seed: int) -> Row:
    """A row of an architecture in our pipeline."""
    epochs = FEW_EPOCHS if arch in LARGEST else EPOCHS
    train = PARAMS.train.model_copy(update={"seed": seed, "epochs": epochs})
    params = PARAMS.model_copy(update={"arch": arch, "train": train})
    state_file = states(name, photos, params)
    with state_file.only_one():
        row = pipeline.measure(name, photos.parts, params, state_file, int8=arch == "signnet")
    return row | {"multiply_adds": multiply_adds(build(arch), PARAMS.image_size)}


def usual(photos: Photos, name: str) -> Row:
    """A row of the peer; the first of them trains both."""
    training = photos.peer_training
    state_file = states("peer", photos)
    with state_file.only_one():
        peer.train_peer(training, state_file)
    training.statistics[PEERS[name]].put()
    model = training.model.eval()
    proto = with_outputs(to_onnx(peer.WithoutOthers(model), peer.SIZE))
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


def states(name: str, photos: Photos, params: Params | None = None) -> StateFile:
    """Where the training of a row keeps its state: other code, params or photos find nothing."""
    code = [ROOT / "signs", Path(__file__).parent]
    made_of = {"folder": str(Path(photos.folder).resolve())}
    if params is not None:
        made_of["params"] = params.model_dump_json()
    return StateFile(STATES / name, fingerprint(code, made_of))
