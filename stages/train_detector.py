"""Train the detector: data/scenes_*.npz -> models/detector_checkpoint.pt and learning curves."""

import signal
from functools import partial

from signs.errors import one_line_errors
from signs.files import write_json
from signs.networks.detector_checkpoint import DetectorRecord, save_detector
from signs.networks.weights import count_parameters
from signs.params import load_params
from signs.records.packed_scenes import PackedScenes
from signs.training.detection.loop import DetectorEpoch, fit_detector
from signs.training.fingerprint import fingerprint
from signs.training.resume import StateFile
from stages.declared import code_of
from stages.paths import (
    DETECTOR_CHECKPOINT,
    DETECTOR_CURVES,
    METRICS,
    SCENES_TRAIN,
    SCENES_VAL,
    TRAIN_STATES,
)
from stages.progress import train_or_go_on

LOGGED = ("train_loss", "val_loss", "learning_rate")


def main() -> None:
    params = load_params("detector.train")
    train, val = PackedScenes.load(SCENES_TRAIN), PackedScenes.load(SCENES_VAL)
    run = fingerprint([SCENES_TRAIN, SCENES_VAL, *code_of("train_detector")], params.model_dump())
    state_file = StateFile(TRAIN_STATES / "detector", run)
    with state_file.only_one():
        fitting = partial(fit_detector, train, val, params.detector.train)
        model, last = train_or_go_on(state_file, DETECTOR_CURVES, LOGGED, in_words, fitting)
        record = DetectorRecord(train.label_space, train.source, run)
        save_detector(DETECTOR_CHECKPOINT, model, record)
        write_json(
            METRICS / "train_detector.json",
            {
                "parameters": count_parameters(model),
                "train_loss": last.train_loss,
                "val_loss": last.val_loss,
                "hard_regions": last.hard,
                "ignored_regions": last.ignored,
            },
        )
        state_file.remove()


def in_words(report: DetectorEpoch) -> tuple[str, ...]:
    """An epoch's line: what it cost, and what it reached."""
    title = f"epoch {report.epoch:3d}  loss {report.train_loss:.3f}"
    return title, f"val loss {report.val_loss:.3f}"


if __name__ == "__main__":
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, signal.default_int_handler)
    with one_line_errors():
        main()
