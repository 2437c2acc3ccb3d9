"""Train the detector: data/scenes -> models/detector_checkpoint.pt and learning curves."""

import signal

from dvclive.live import Live

from signs.errors import SignsError, one_line_errors
from signs.files import write_json
from signs.networks.detector import DetectorNet
from signs.networks.detector_checkpoint import DetectorRecord, save_detector
from signs.networks.weights import count_parameters
from signs.params import Params, load_params
from signs.records.packed_scenes import PackedScenes
from signs.training.detection.loop import DetectorEpoch, fit_detector
from signs.training.fingerprint import fingerprint
from signs.training.resume import StateFile
from stages.declared import code_of
from stages.paths import DETECTOR_CHECKPOINT, DETECTOR_CURVES, METRICS, SCENES, TRAIN_STATES
from stages.progress import TrainingDisplay, stopped_after


def main() -> None:
    params = load_params("detector.train")
    parts = [SCENES / "train.npz", SCENES / "val.npz"]
    train, val = (PackedScenes.load(path) for path in parts)
    run = fingerprint([*parts, *code_of("train_detector")], params.model_dump())
    state_file = StateFile(TRAIN_STATES / "detector", run)
    with state_file.only_one():
        model, last = train_or_go_on(train, val, params, state_file)
        record = DetectorRecord(train.label_space, train.source, run)
        save_detector(DETECTOR_CHECKPOINT, model, record)
        write_json(
            METRICS / "train_detector.json",
            {
                "parameters": count_parameters(model),
                "train_loss": last.train_loss,
                "val_loss": last.val_loss,
                "ignored_regions": last.ignored,
            },
        )
        state_file.remove()


def train_or_go_on(
    train: PackedScenes, val: PackedScenes, params: Params, state_file: StateFile
) -> tuple[DetectorNet, DetectorEpoch]:
    """Fit, from the state that a stopped run left if there is one, and log each epoch."""
    state = state_file.load()
    if state is not None:
        done = len(state["reports"])
        print(f"the same run (data, params, code) was stopped: it goes on after epoch {done}")

    live = Live(str(DETECTOR_CURVES), dvcyaml=None, save_dvc_exp=False)
    with live, TrainingDisplay() as display:

        def on_epoch(report: DetectorEpoch) -> None:
            display.epoch(
                f"epoch {report.epoch:3d}  loss {report.train_loss:.3f}",
                f"val loss {report.val_loss:.3f}",
            )
            live.log_metric("train_loss", report.train_loss)
            live.log_metric("val_loss", report.val_loss)
            live.log_metric("learning_rate", report.learning_rate)
            live.next_step()

        try:
            return fit_detector(
                train,
                val,
                params.detector.train,
                display.step,
                on_epoch,
                state,
                state_file.save,
            )
        except KeyboardInterrupt:
            kept = state_file.load()
            raise SignsError(stopped_after(len(kept["reports"]) if kept else 0)) from None


if __name__ == "__main__":
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, signal.default_int_handler)
    with one_line_errors():
        main()
