"""The comparison's arithmetic; its rows take hours and are run by hand."""

import copy
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from benchmarks.recognition import __main__ as command
from benchmarks.recognition.peer import Statistics
from benchmarks.recognition.scores import interval, score
from benchmarks.recognition.table import table
from signs.catalog.gtsrb import NUM_CLASSES
from signs.errors import SignsError
from signs.records.packed import Packed


@pytest.mark.parametrize("momentum", [0.01, 0.1])
def test_statistics_are_those_of_a_norm_with_that_momentum(momentum: float) -> None:
    norm = nn.BatchNorm2d(4, momentum=momentum)
    plain = nn.Sequential(nn.Conv2d(3, 4, 3), norm, nn.Conv2d(4, 2, 3))
    network = copy.deepcopy(plain)
    statistics = Statistics(network, momentum)
    for _ in range(5):
        batch = torch.rand(8, 3, 9, 9)
        assert torch.equal(network(batch), plain(batch))  # in training the momentum is no matter
        statistics.update()
    statistics.put()
    assert torch.allclose(network.eval()(batch), plain.eval()(batch), atol=1e-6)


def test_interval_resamples_whole_groups() -> None:
    correct = np.array([True] * 90 + [False] * 10)
    alone = np.array([f"{i}" for i in range(100)])
    together = np.array([f"{i // 10}" for i in range(100)])  # one wrong group of ten
    low, high = interval(correct, alone)
    assert 0.82 < low < 0.88 < 0.93 < high < 0.97
    low, high = interval(correct, together)
    assert low == pytest.approx(0.7)
    assert high == 1.0


def test_interval_of_no_error_is_a_point() -> None:
    assert interval(np.ones(4, dtype=bool), np.array(["a", "a", "b", "c"])) == (1.0, 1.0)


def test_score_counts_errors_groups_and_classes() -> None:
    images = np.zeros((6, 4, 4, 3), dtype=np.uint8)
    groups = np.array(["a", "a", "b", "b", "c", "c"])
    test = Packed(images, np.array([0, 0, 1, 1, 1, 1]), groups, "made up")
    guesses = [0, 0, 1, 2, 1, 1]
    found = score(np.eye(NUM_CLASSES, dtype=np.float32)[guesses], test)
    assert (found["errors"], found["groups"], found["groups_with_errors"]) == (1, 3, 1)
    assert found["accuracy"] == pytest.approx(5 / 6)
    assert (found["worst_class"], found["worst_recall"]) == ("01 Speed limit (30 km/h)", 0.75)


def row(
    errors: int, cpu_seconds: float, precisions: tuple[str, ...], **more: Any
) -> dict[str, Any]:
    file = {
        "bytes": 500_000,
        "images": 1000,
        "val_accuracy": 0.99,
        "errors": errors,
        "accuracy": 1 - errors / 1000,
        "accuracy_low": 0.9,
        "accuracy_high": 1.0,
        "groups": 30,
        "groups_with_errors": 2,
        "macro_f1": 0.99,
        "worst_class": "00 x",
        "worst_recall": 0.9,
    }
    return {
        "commit": "abc",
        "machine": "1 core (x)",
        "parameters": 500_000,
        "multiply_adds": 24_000_000,
        "cpu_seconds": cpu_seconds,
        "wall_seconds": cpu_seconds,
        "files": dict.fromkeys(precisions, file),
        **more,
    }


def test_the_table_says_how_far_the_goals_were_met() -> None:
    epochs = [
        {"epoch": 1, "cpu_seconds": 20.0, "test_accuracy": 0.8},
        {"epoch": 2, "cpu_seconds": 40.0, "test_accuracy": 0.95},
    ]
    rows = {
        "signnet-0": row(10, 800, ("fp32", "int8"), epochs=epochs),
        "signnet-2": row(20, 800, ("fp32", "int8"), epochs=epochs[:1]),
        "peer-0.1": row(100, 2000, ("fp32",)),
    }
    times = {"signnet-0.int8": {"1": 0.2, "32": 0.1}, "peer-0.1.fp32": {"1": 2.4, "32": 1.0}}
    text = table(rows, {"machine": "m", "milliseconds": times})
    assert text.count("| signnet-0 ") == 2
    assert "INT8: 15.0 errors in the mean (only 2 of 3 seeds)" in text
    assert "INT8 file: 0.50 MB" in text
    assert "training: 13.3 min on 1 core (x)" in text
    assert "batch 1: 12.0 x as fast" in text
    assert "signnet-0 has the better peer's 90.00% after epoch 2 and 40 CPU s, 2.0%" in text
    assert "signnet-2 has the better peer's 90.00% never" in text
    assert table({}, {})  # nothing measured yet


def test_rows_of_other_photos_are_not_taken_for_these(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {"folder": "here", "files": {"fp32": {"images": 90}}}
    monkeypatch.setattr(command, "read_row", lambda name: kept if name == "signnet-0" else None)
    command.refuse_rows_of_others("here", 90, ["signnet-0", "x"])
    for folder, count in (("there", 90), ("here", 80)):
        with pytest.raises(SignsError, match="of other photos, 90 in a folder here: move"):
            command.refuse_rows_of_others(folder, count, ["signnet-0"])
