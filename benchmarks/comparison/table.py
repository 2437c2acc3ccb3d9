"""The comparison as Markdown, printed from its rows."""

from collections.abc import Iterator
from typing import Any

from benchmarks.comparison.rows import ADD_DRAWN, EPOCHS, FEW_EPOCHS, PEERS, SEEDS

Row = dict[str, Any]
OURS = [f"signnet-{seed}" for seed in SEEDS]
HEAD = (
    "| network | own validation | test accuracy (errors) | 95 % over tracks | tracks with errors "
    "| macro-F1 | worst class | parameters | multiply-adds | file | ms, batch 1 | ms, batch 32 "
    "| training CPU s | commit |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|",
)


def table(rows: dict[str, Row], speed: dict[str, Any]) -> str:
    """Everything that is to be read.

    Args:
        rows: by name, those that were measured.
        speed: what `measure_speed` returned.
    """
    machines = sorted({row["machine"] for row in rows.values()})
    lines = [
        "Recognition on 7,920 photos of signs that none trained on. No ImageNet weights anywhere.",
        f"Trained on {' and '.join(machines)}; milliseconds for each image on",
        f"{speed.get('machine', 'nothing yet')}. Command:",
        "`uv run python -m benchmarks.comparison ../shared/gtsrb`; every row is a file in",
        "[comparison/](comparison/) with its commit.",
        "",
        *HEAD,
        *(
            line(name, precision, row, speed)
            for name, row in rows.items()
            for precision in row["files"]
        ),
        "",
        notes(),
        "",
        *goals(rows, speed),
    ]
    return "\n".join(lines)


def line(name: str, precision: str, row: Row, speed: dict[str, Any]) -> str:
    """A line of the table: a row's file of one precision."""
    file = row["files"][precision]
    times = speed.get("milliseconds", {}).get(f"{name}.{precision}", {})
    cells = (
        f"{name} {precision.upper()}",
        f"{file['val_accuracy']:.2%}",
        f"{file['accuracy']:.2%} ({file['errors']})",
        f"{file['accuracy_low']:.2%} to {file['accuracy_high']:.2%}",
        f"{file['tracks_with_errors']} of {file['tracks']}",
        f"{file['macro_f1']:.4f}",
        f"{file['worst_class']}: {file['worst_recall']:.1%}",
        f"{row['parameters'] / 1e6:.2f} M",
        f"{row['multiply_adds'] / 1e6:.1f} M",
        f"{file['bytes'] / 1e6:.2f} MB",
        *(f"{times[batch]:.3f}" if batch in times else "" for batch in ("1", "32")),
        f"{row['cpu_seconds']:.0f}",
        row["commit"],
    )
    return f"| {' | '.join(cells)} |"


def notes() -> str:
    """What one has to know to read the rows."""
    return f"""\
`signnet-N` is one network with seed N; all others have seed 0. The recipe is `params.yaml` with
`train.epochs={EPOCHS}` and `data.add_drawn={ADD_DRAWN}`. Architectures of torchvision went through
the same pipeline and recipe, at the same 48 x 48; all but the smallest for {FEW_EPOCHS} epochs. The
peer is the usual recipe: MobileNetV3-Small at 224 x 224, AdamW 3e-4, batch 64, 5 epochs, rotation
10 degrees, random resized crop 0.9 to 1, horizontal flip, a random 80 to 20 split by image, which
is what its own validation is of: frames of the same signs as in training. The momentum of batch
norms changes nothing but the statistics that are used after training: both of its rows are of one
run. CPU seconds are of all threads together, with augmentation; in our rows with the validation
after each epoch, in the peer's with none."""


def goals(rows: dict[str, Row], speed: dict[str, Any]) -> Iterator[str]:
    """What was to be reached, beside what was."""
    seeds = {name: rows[name] for name in OURS if name in rows}
    for precision in ("fp32", "int8"):
        files = [row["files"][precision] for row in seeds.values()]
        if files:
            mean = sum(file["errors"] for file in files) / len(files)
            worst = min(file["worst_recall"] for file in files)
            yield f"- {precision.upper()}, {len(files)} seeds: {mean:.1f} errors in the mean (goal:"
            yield f"  at most 18), worst class of any seed {worst:.1%} (goal: at least 90 %)"
    times = speed.get("milliseconds", {})
    peers = [rows[name] for name in PEERS if name in rows]
    ours = next((times[f"{name}.int8"] for name in OURS if f"{name}.int8" in times), None)
    usual = [times[f"{name}.fp32"] for name in PEERS if f"{name}.fp32" in times]
    if ours and usual:
        for batch in ours:
            ratio = min(found[batch] for found in usual) / ours[batch]
            yield f"- INT8 at batch {batch}: {ratio:.1f} x as fast as the peer's FP32 (goal: 10)"
    if seeds and peers:
        best = max(row["files"]["fp32"]["accuracy"] for row in peers)
        budget = min(row["cpu_seconds"] for row in peers)
        for name, row in seeds.items():
            first = next((e for e in row["epochs"] if e["test_accuracy"] >= best), None)
            reached = (
                f"after epoch {first['epoch']} and {first['cpu_seconds']:.0f} CPU s, "
                f"{first['cpu_seconds'] / budget:.1%} of the peer's (goal: at most 10 %)"
                if first
                else "never"
            )
            yield f"- {name} has the better peer's {best:.2%} {reached}"
