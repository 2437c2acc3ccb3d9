"""Train the network: data/train.npz, val.npz -> models/checkpoint.pt and learning curves."""

import signal

from dvclive.live import Live

from signs.errors import SignsError, one_line_errors
from signs.files import write_json
from signs.networks.architectures import Network
from signs.networks.checkpoint import TrainingRecord, save_checkpoint
from signs.networks.weights import count_parameters
from signs.params import Params, load_params
from signs.records.packed import Packed
from signs.training.fingerprint import fingerprint
from signs.training.loop import EpochReport, fit
from signs.training.resume import StateFile
from stages.declared import code_of
from stages.paths import CHECKPOINT, CURVES, METRICS, TRAIN, TRAIN_STATES, VAL
from stages.progress import TrainingDisplay, stopped_after


def main() -> None:
    params = load_params("arch", "train")
    train, val = Packed.load(TRAIN), Packed.load(VAL)
    run = fingerprint([TRAIN, VAL, *code_of("train")], params.model_dump())
    state_file = StateFile(TRAIN_STATES, run)
    with state_file.only_one():
        model, best = train_or_go_on(train, val, params, state_file)
        record = TrainingRecord(
            arch=params.arch,
            image_size=train.images.shape[1],
            label_space=train.label_space,
            data=train.source,
            trained_from=run,
        )
        save_checkpoint(CHECKPOINT, model, record)
        write_json(
            METRICS / "train.json",
            {
                "parameters": count_parameters(model),
                "best_epoch": best.epoch,
                "val_loss": best.val_loss,
                "val_accuracy": best.val_accuracy,
                "val_macro_f1": best.val_macro_f1,
            },
        )
        state_file.remove()


def train_or_go_on(
    train: Packed, val: Packed, params: Params, state_file: StateFile
) -> tuple[Network, EpochReport]:
    """Fit, from the state that a stopped run left if there is one, and log each epoch."""
    state = state_file.load()
    if state is not None:
        done = len(state["reports"])
        print(f"the same run (data, params, code) was stopped: it goes on after epoch {done}")

    with Live(str(CURVES), dvcyaml=None, save_dvc_exp=False) as live, TrainingDisplay() as display:

        def on_epoch(report: EpochReport) -> None:
            display.epoch(
                f"epoch {report.epoch:3d}  loss {report.train_loss:.3f}  "
                f"val loss {report.val_loss:.3f}",
                f"val accuracy {report.val_accuracy:.4f}, macro-F1 {report.val_macro_f1:.4f}",
                "  best" if report.best else "",
            )
            live.log_metric("train_loss", report.train_loss)
            live.log_metric("val_loss", report.val_loss)
            live.log_metric("val_accuracy", report.val_accuracy)
            live.log_metric("val_macro_f1", report.val_macro_f1)
            live.log_metric("learning_rate", report.learning_rate)
            live.next_step()

        try:
            return fit(
                train,
                val,
                params.arch,
                params.train,
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
