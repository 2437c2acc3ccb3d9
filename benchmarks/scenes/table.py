"""The rows of the scenes benchmark as Markdown."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.rows import MadeOf, Row, markdown, origin

COMMAND = "uv run python -m benchmarks.scenes ../shared/gtsdb"
FIGURES = {
    "map50": "mAP50, 3 categories",
    "any_sign_ap50": "any sign AP50",
    "any_sign_ap75": "AP75",
    "any_sign_ap50_95": "AP50:95",
    "small_ap50": "small (< 32 px)",
    "recall_at_1_in_10": "recall at 0.1",
    "recall_at_1_in_100": "at 0.01",
    "micro_ap50": "names, micro-AP50",
    "mean_ap50": "names, mean AP50",
    "detector_any_sign_ap50": "detector alone, any sign AP50",
}
TITLES = {
    "pooled-photos": "five folds pooled, recognizer of photos",
    "pooled-drawn": "five folds pooled, recognizer of drawings",
    "default": "default run: both of drawings alone",
}
TRAINING = (
    "row", "commit", "parameters", "epochs", "CPU time", "wall time, threads", "trained on",
    "INT8 file",
)  # fmt: skip
NOTES = """\
The scenes are the training half of GTSDB, whose test half is not used. They are cut by place into
five folds; a fold's detector is trained on the other four, and nothing is chosen on the fold.
Photos of GTSRB come from the same drives, so that a recognizer of photos may know these very signs:
hence every figure is given for the recognizer of drawings too. Recall is at 0.1 and 0.01 false
alarms a scene, over all scenes. Intervals resample places. A stale row was measured with other
code, data, params or another model file than the present ones."""


def table(rows: Mapping[str, Row], present: Mapping[str, MadeOf]) -> Iterator[str]:
    """All lines.

    Args:
        rows: by name, in order.
        present: what can be told of the present tree, by row.
    """
    yield f"Signs in whole road scenes. Command: `{COMMAND}`"
    yield ""
    lines = [
        (title, precision.upper(), origin(rows[name], present[name]), *_figures(file))
        for name, title in _titles(rows).items()
        for precision, file in _files(rows[name]).items()
    ]
    yield from markdown(("models", "detector", "commit", *FIGURES.values()), lines, left=3)
    yield ""
    yield NOTES
    for name, section in SECTIONS.items():
        if name in rows:
            yield from section(rows[name])
    trained = [(name, row) for name, row in rows.items() if name.startswith("fold-")]
    if trained:
        yield "\n## Training\n"
        lines = [_training(name, row, present[name]) for name, row in trained]
        yield from markdown(TRAINING, lines, left=2)
    yield f"\nMachines: {', '.join(sorted({row['machine'] for row in rows.values()}))}."


def _cameras(row: Row) -> Iterator[str]:
    yield "\n## Other cameras: fold 0, any sign AP50 of signs that are still 16 pixels large\n"
    figures = row["any_sign_ap50"]
    yield from markdown(tuple(figures), [[f"{value:.1%}" for value in figures.values()]], left=0)


def _labels(row: Row) -> Iterator[str]:
    yield f"\n## What the labels allow: boxes of {row['signs']} signs drawn again by eye\n"
    head = ("boxes", "mean IoU with the label", "IoU of at least 0.75", "mean share, 0.5 to 0.95")
    parts = {"as drawn": row["as_drawn"], "with the labels' margin": row["with_margin"]}
    names = ("mean_overlap", "share_at_75", "share_at_50_to_95")
    lines = [(title, *(f"{part[n]:.1%}" for n in names)) for title, part in parts.items()]
    yield from markdown(head, lines)
    margin = ", ".join(f"{pixels:.1f} ({side})" for side, pixels in row["margin"].items())
    yield f"\nThe labels reach farther by so many pixels on average: {margin}."


def _time(row: Row) -> Iterator[str]:
    yield "\n## Milliseconds of a frame of 1360 x 800 on one thread\n"
    parts = ("decode", "network", "suppression", "recognizer", "whole")
    lines = [(p.upper(), *(f"{row[p][part]:.1f}" for part in parts)) for p in ("int8", "fp32")]
    yield from markdown(("detector", *parts), lines)


def _peer(row: Row) -> Iterator[str]:
    yield f"\n## {row['name']}, on fold 0 in three times our processor time, from scratch\n"
    head = ("parameters", "epochs", "CPU time", "ms, 1280 x 768, FP32, one thread")
    cost = (
        f"{row['parameters'] / 1e6:.2f} M",
        str(row["epochs"]),
        f"{row['cpu_seconds'] / 60:.0f} min",
        f"{row['milliseconds']:.0f}",
    )
    yield from markdown((*head, *FIGURES.values()), [(*cost, *_figures(row["figures"]))], left=0)
    yield "\nOur recognizer of photos names its finds, and `score` is joined as ours is."


SECTIONS = {"cameras": _cameras, "labels": _labels, "time": _time, "peer": _peer}


def _titles(rows: Mapping[str, Row]) -> dict[str, str]:
    """The rows with figures, in the order of the table."""
    folds = {name: name.replace("-", " ") for name in rows if name.startswith("fold-")}
    return {name: title for name, title in (TITLES | folds).items() if name in rows}


def _files(row: Row) -> dict[str, dict[str, Any]]:
    return row["files"] if "files" in row else {row["version"].rpartition("-")[2]: row}


def _figures(file: Mapping[str, Any]) -> Iterator[str]:
    for name in FIGURES:
        value = f"{file[name]:.1%}" if name in file else ""
        if name == "micro_ap50" and value:
            value += f" ({file['micro_ap50_low']:.1%} to {file['micro_ap50_high']:.1%})"
        yield value


def _training(name: str, row: Row, present: MadeOf) -> tuple[str, ...]:
    return (
        name,
        origin(row, present),
        f"{row['parameters'] / 1e6:.2f} M",
        str(row["epochs"]),
        f"{row['cpu_seconds'] / 60:.0f} min",
        f"{row['wall_seconds'] / 60:.0f} min, {row['threads']}",
        row["trained_on"],
        f"{row['int8_bytes'] / 1e6:.2f} MB",
    )
