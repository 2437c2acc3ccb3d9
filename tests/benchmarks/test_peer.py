"""The peer's training; that of whole photos takes an hour and is run by hand."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.recognition import peer
from signs.training.resume import StateFile


def fresh() -> peer.PeerTraining:
    rng = np.random.default_rng(0)
    photos = [Image.fromarray(rng.integers(0, 256, (20, 24, 3), dtype=np.uint8)) for _ in range(20)]
    return peer.PeerTraining(photos, torch.arange(20) % 4)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "BATCH", 8)
    monkeypatch.setattr(peer, "EPOCHS", 2)


def test_four_of_five_photos_train() -> None:
    training = fresh()
    assert (len(training.train_rows), len(training.val_rows)) == (16, 4)
    assert sorted([*training.train_rows.tolist(), *training.val_rows.tolist()]) == list(range(20))


def test_a_stopped_training_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    whole, stopped = fresh(), None
    peer.train_peer(whole, StateFile(tmp_path / "whole", "a" * 16))
    stopped = fresh()
    stopped.epoch()
    StateFile(tmp_path / "stopped", "a" * 16).save(stopped.state())
    resumed = fresh()
    peer.train_peer(resumed, StateFile(tmp_path / "stopped", "a" * 16))
    assert resumed.epochs_done == 2
    for momentum in peer.MOMENTA:
        for training in (whole, resumed):
            training.statistics[momentum].put()
        ours, theirs = whole.model.state_dict(), resumed.model.state_dict()
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)
