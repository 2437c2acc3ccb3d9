"""The rows of the trust benchmark as Markdown."""

from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from benchmarks.rows import MadeOf, Row, markdown, origin

COMMAND = "uv run python -m benchmarks.trust ../shared/gtsrb ../shared/gtsdb"
INTRODUCTION = """\
`default` is the file of the default run, trained on drawn signs alone. `signnet-N` and `peer` are
networks of [the recognition benchmark](recognition.md), trained on its photos. `known` of the peer
is its largest probability; its threshold refuses 1 % of right validation answers, as ours do (in
the row of 7bba28b, 1 % of the test photos). A
stale row was measured with other code, data or another model file than the present ones, or did not
record which. What is called accepted passes the threshold that ships.

What to keep in mind: the drawn outside signs were not trained on, but a dozen of the 38 have near
relatives that were; no photo of an outside sign is among these images. Backgrounds are patches away
from annotated signs, so a few may show a sign that GTSDB does not annotate. Signs in scenes may be
ones that GTSRB's training photos show: for networks trained on photos they test the surroundings,
not the accuracy. Eight of the ten corruptions are of kinds that our networks train with, up to the
strength of severity 5: that measures how well they bear what was foreseen."""
RECROPS = """\
Recrops repeat the photo's edge where they go beyond it, in this test as in training: read a loose
crop's accuracy off the road scenes above, whose surroundings are real."""


def table(rows: Mapping[str, Row], present: Mapping[str, MadeOf]) -> Iterator[str]:
    """All rows, a section for each question.

    Args:
        rows: by name, in order.
        present: what can be told of the present tree, by row.
    """
    if not rows:
        yield "Nothing is measured yet."
        return
    images = " or ".join(f"{n:,}" for n in sorted({row["images"] for row in rows.values()}))
    yield f"How far models can be trusted, on {images} test photos of physical signs that none"
    yield f"trained on, on drawings and on road scenes. Command: `{COMMAND}`"
    yield ""
    yield INTRODUCTION
    yield "\n## Errors, refusals, calibration\n"
    head = ("model", "commit", "errors", "accuracy", "photos refused", "calibration error",
            "area under risk-coverage")  # fmt: skip
    yield from markdown(head, (_summary(name, row, present[name]) for name, row in rows.items()), 2)
    yield "\n## Signs in road scenes, with their real surroundings\n"
    yield "Accuracy, share refused. The border is a share of the sign's side, on each side: none,"
    yield "an eighth, a half.\n"
    yield from _wide(rows, "in_scenes", "border", _in_scenes)
    yield "\n## Out of distribution\n"
    yield "AUROC of `known`; share accepted by the threshold that ships.\n"
    yield from _wide(rows, "out_of_distribution", "pictures", _outside)
    yield "\n## Recrops\n"
    yield RECROPS + "\n"
    yield from _wide(rows, "recrops", "recrop", lambda line: f"{line['accuracy']:.2%}")
    yield "\n## Corruptions\n"
    yield "Accuracy at severities 1 / 3 / 5, on as many photos as for recrops.\n"
    yield from markdown(("corruption", *rows), _corruptions(rows))


def _summary(name: str, row: Row, present: MadeOf) -> tuple[str, ...]:
    area = row.get("risk_coverage_area")
    return (
        name,
        origin(row, present),
        str(row["errors"]),
        f"{1 - row['errors'] / row['images']:.2%}",
        f"{row['refused']:.2%}",
        f"{row['calibration_error']:.4f}",
        "" if area is None else f"{area:.6f}",
    )


def _in_scenes(line: Row) -> str:
    return f"{line['accuracy']:.1%}, {line['refused']:.1%}"


def _outside(line: Row) -> str:
    return f"{line['auroc']:.4f}; {line['accepted']:.1%}"


def _wide(rows: Mapping[str, Row], key: str, column: str, cell: Callable[[Row], str]) -> list[str]:
    """A line for each entry of `key`, with its images, and a column for each model."""
    found = {name: {line[column]: line for line in row[key]} for name, row in rows.items()}
    lines = []
    for entry in dict.fromkeys(entry for of_model in found.values() for entry in of_model):
        cells = [of_model.get(entry) for of_model in found.values()]
        counts = sorted({line["images"] for line in cells if line})
        shown = (cell(line) if line else "" for line in cells)
        lines.append((entry, " or ".join(f"{n:,}" for n in counts), *shown))
    return markdown((column, "images", *rows), lines)


def _corruptions(rows: Mapping[str, Row]) -> Iterator[tuple[str, ...]]:
    tables = [pd.DataFrame(row["corruptions"]) for row in rows.values()]
    for kind in tables[0]["corruption"].unique():
        cells = (table.loc[table["corruption"] == kind, "accuracy"] for table in tables)
        yield (kind, *(" / ".join(f"{accuracy:.1%}" for accuracy in some) for some in cells))
    yield ("mean", *(f"**{table['accuracy'].mean():.2%}**" for table in tables))
