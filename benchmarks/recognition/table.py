"""The comparison as Markdown, printed from its rows."""

from collections.abc import Iterator

from benchmarks.recognition.files import Row
from benchmarks.recognition.rows import (
    ADD_DRAWN,
    EPOCHS,
    FEW_EPOCHS,
    LARGEST,
    PARAMS,
    PEERS,
    SIGNNETS,
)
from signs.catalog.gtsrb import NUM_CLASSES

DRAWN_A_SECOND = 249  # on one core: results/drawing.md
DRAWN_SECONDS = ADD_DRAWN * NUM_CLASSES / DRAWN_A_SECOND

HEAD = (
    "| network | own validation | test accuracy (errors) | 95 % over groups | groups with errors "
    "| macro-F1 | worst class | parameters | multiply-adds | file | ms, batch 1 | ms, batch 32 "
    "| training CPU s | commit |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|",
)


def table(rows: dict[str, Row], speed: Row) -> str:
    """Everything that is to be read.

    Args:
        rows: by name, those that were measured.
        speed: what `measure_speed` returned.
    """
    machines = sorted({row["machine"] for row in rows.values()})
    images = sorted({file["images"] for row in rows.values() for file in row["files"].values()})
    lines = [
        f"Recognition on {' or '.join(map(str, images))} photos of signs that none trained on. No",
        f"ImageNet weights anywhere. Trained on {' and on '.join(machines)};",
        f"milliseconds for each image on {speed.get('machine', 'nothing yet')}.",
        "Command: `uv run python -m benchmarks.recognition ../shared/gtsrb`; every row is a file in",
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
        *(f"- {goal}" for goal in goals(rows, speed)),
    ]
    return "\n".join(lines)


def line(name: str, precision: str, row: Row, speed: Row) -> str:
    """A line of the table: a row's file of one precision."""
    file = row["files"][precision]
    times = speed.get("milliseconds", {}).get(f"{name}.{precision}", {})
    cells = (
        f"{name} {precision.upper()}",
        f"{file['val_accuracy']:.2%}",
        f"{file['accuracy']:.2%} ({file['errors']})",
        f"{file['accuracy_low']:.2%} to {file['accuracy_high']:.2%}",
        f"{file['groups_with_errors']} of {file['groups']}",
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
the same pipeline and recipe, at the same {PARAMS.image_size} x {PARAMS.image_size};
{", ".join(LARGEST)} for {FEW_EPOCHS} epochs. The peer is the usual recipe: MobileNetV3-Small at
224 x 224, AdamW 3e-4, batch 64, 5 epochs, rotation 10 degrees, random resized crop 0.9 to 1,
horizontal flip, a random 80 to 20 split by image, which is what its own validation is of: frames of
the same signs as in training. The momentum of batch norms changes nothing but the statistics that
are used after training: both of its rows are of one run. CPU seconds are of all threads together,
with augmentation; in our rows with the validation after each epoch, in the peer's with none, and
without the drawing of the scenes beside the photos (about {DRAWN_SECONDS:.0f} s on a core, at the
rate in [drawing.md](drawing.md)). After each epoch of our rows the test photos are scored too, to
report how soon it gets where; nothing is chosen by that. Where the processor multiplies bfloat16,
networks of plain convolutions (signnet, ResNet) train in it,
those with depthwise ones, the peer too, in float32. Where a source does not tell which photos show
the same sign, each counts as a group of its own."""


def goals(rows: dict[str, Row], speed: Row) -> Iterator[str]:
    """What was to be reached, beside what was."""
    seeds = {name: rows[name] for name in SIGNNETS if name in rows}
    peers = [rows[name] for name in PEERS if name in rows]
    if seeds:
        yield from of_seeds(list(seeds.values()))
    times = speed.get("milliseconds", {})
    ours = next((times[f"{name}.int8"] for name in SIGNNETS if f"{name}.int8" in times), None)
    usual = [times[f"{name}.fp32"] for name in PEERS if f"{name}.fp32" in times]
    if ours and usual:
        for batch in ours:
            ratio = min(found[batch] for found in usual) / ours[batch]
            yield f"INT8 at batch {batch}: {ratio:.1f} x as fast as the peer's FP32 (goal: 10)"
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
            yield f"{name} has the better peer's {best:.2%} {reached}"


def of_seeds(seeds: list[Row]) -> Iterator[str]:
    """The goals that our networks meet or miss by themselves."""
    some = "" if len(seeds) == len(SIGNNETS) else f" (only {len(seeds)} of {len(SIGNNETS)} seeds)"
    for precision in ("fp32", "int8"):
        files = [row["files"][precision] for row in seeds]
        mean = sum(file["errors"] for file in files) / len(files)
        worst = min(file["worst_recall"] for file in files)
        yield f"{precision.upper()}: {mean:.1f} errors in the mean{some} (goal: at most 18)"
        yield f"{precision.upper()}: worst class of any seed {worst:.1%} (goal: at least 90 %)"
    size = max(row["files"]["int8"]["bytes"] for row in seeds) / 1e6
    yield f"INT8 file: {size:.2f} MB (goal: at most 1)"
    yield f"parameters: {seeds[0]['parameters'] / 1e6:.2f} M (goal: at most 0.9 M)"
    yield f"multiply-adds: {seeds[0]['multiply_adds'] / 1e6:.1f} M (goal: at most 30 M)"
    slowest = max(seeds, key=lambda row: row["wall_seconds"])
    minutes = f"{slowest['wall_seconds'] / 60:.1f} min on {slowest['machine']}"
    yield f"training: {minutes} (goal: at most 15 on 2 cores)"
