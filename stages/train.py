"""Train the network: data/train.npz, val.npz -> models/checkpoint.pt and learning curves."""

import signal
from functools import partial

from signs.errors import one_line_errors
from signs.files import write_json
from signs.networks.checkpoint import TrainingRecord, save_checkpoint
from signs.networks.weights import count_parameters
from signs.params import load_params
from signs.records.packed import Packed
from signs.training.fingerprint import fingerprint
from signs.training.loop import EpochReport, fit
from signs.training.resume import StateFile
from stages.declared import code_of
from stages.paths import CHECKPOINT, CURVES, METRICS, TRAIN, TRAIN_STATES, VAL
from stages.progress import train_or_go_on

LOGGED = ("train_loss", "val_loss", "val_accuracy", "val_macro_f1", "learning_rate")


def main() -> None:
    params = load_params("arch", "train")
    train, val = Packed.load(TRAIN), Packed.load(VAL)
    run = fingerprint([TRAIN, VAL, *code_of("train")], params.model_dump())
    state_file = StateFile(TRAIN_STATES, run)
    with state_file.only_one():
        fitting = partial(fit, train, val, params.arch, params.train)
        model, best = train_or_go_on(state_file, CURVES, LOGGED, in_words, fitting)
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


def in_words(report: EpochReport) -> tuple[str, ...]:
    """An epoch's line: what it cost, what it reached, and whether that is the best so far."""
    return (
        f"epoch {report.epoch:3d}  loss {report.train_loss:.3f}  val loss {report.val_loss:.3f}",
        f"val accuracy {report.val_accuracy:.4f}, macro-F1 {report.val_macro_f1:.4f}",
        "  best" if report.best else "",
    )


if __name__ == "__main__":
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, signal.default_int_handler)
    with one_line_errors():
        main()
