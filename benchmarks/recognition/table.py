"""The rows of the recognition benchmark as Markdown."""

from collections.abc import Iterator, Mapping

from benchmarks.rows import MadeOf, Row, markdown, origin

COMMAND = "uv run python -m benchmarks.recognition ../shared/gtsrb"
HEAD = (
    "network", "commit", "own validation", "test accuracy (errors)", "95 % over groups",
    "groups with errors", "refused", "macro-F1", "worst class", "parameters",
    "file", "ms, batch 1", "ms, batch 32", "training, CPU time", "training, wall time",
)  # fmt: skip
OLDER_RECIPE = "0da601f"
NOTES = """\
No network has ImageNet weights. `default` is the file of the default run, trained on drawn signs
alone: its own validation is of drawings. `signnet-N` is one network with seed N, by `params.yaml`
with `train.epochs=24`, `data.add_drawn=200` and photos as `data.source`; torchvision's
architectures go through the same pipeline with seed 0, `resnet18` for 6 epochs. `peer` is the usual
recipe: MobileNetV3-Small at 224 x 224, AdamW 3e-4, batch 64, 5 epochs, rotation 10 degrees, random
resized crop 0.9 to 1, horizontal flip. Its own validation is a random 20 % of the images: frames of
the same signs as in training.

Intervals resample whole groups (photos of one physical sign). Refused is the share of test photos
below the file's threshold on `known`. Milliseconds are processor time per image, on one thread.
Training shows CPU time, the sum over all threads, beside wall time, what a clock shows; both with
validations, without the drawing of crops. Nothing is chosen on the test photos. A stale row was
measured with other code, data, params or another model file than the present ones, or did not
record which."""
OLDER_NOTE = """
**An older recipe** ({commit}: 43 outputs, 36 pixels in the first half of the epochs, no negatives,
no weather) trained {names}:
these rows are not of the same recipe as the others."""


def table(rows: Mapping[str, Row], present: Mapping[str, MadeOf]) -> Iterator[str]:
    """All lines.

    Args:
        rows: by name, in order.
        present: what can be told of the present tree, by row.
    """
    images = {file["images"] for row in rows.values() for file in row["files"].values()}
    yield f"Recognition on {' or '.join(f'{n:,}' for n in sorted(images))} photos of physical"
    yield f"signs that none trained on. Command: `{COMMAND}`"
    yield ""
    lines = (
        _line(name, precision, row, origin(row, present[name]))
        for name, row in rows.items()
        for precision in row["files"]
    )
    yield from markdown(HEAD, lines, left=2)
    yield ""
    yield NOTES
    yield f"\nMachines: {', '.join(sorted({row['machine'] for row in rows.values()}))}."
    older = [f"`{name}`" for name, row in rows.items() if row["commit"] == OLDER_RECIPE]
    if older:
        yield OLDER_NOTE.format(names=", ".join(older), commit=OLDER_RECIPE)


def _line(name: str, precision: str, row: Row, commit: str) -> tuple[str, ...]:
    file = row["files"][precision]
    refused = file.get("refused")
    return (
        f"{name} {precision.upper()}",
        commit,
        f"{file['val_accuracy']:.2%}",
        f"{file['accuracy']:.2%} ({file['errors']})",
        f"{file['accuracy_low']:.2%} to {file['accuracy_high']:.2%}",
        f"{file['groups_with_errors']} of {file['groups']}",
        "" if refused is None else f"{refused:.2%}",
        f"{file['macro_f1']:.4f}",
        f"{file['worst_class']}: {file['worst_recall']:.1%}",
        f"{row['parameters'] / 1e6:.2f} M",
        f"{file['bytes'] / 1e6:.2f} MB",
        *(f"{file['milliseconds'][batch]:.3f}" for batch in ("1", "32")),
        *(_minutes(row.get(f"{kind}_seconds")) for kind in ("cpu", "wall")),
    )


def _minutes(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds / 60:.1f} min"
