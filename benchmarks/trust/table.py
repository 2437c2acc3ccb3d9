"""The rows of the trust benchmark as Markdown."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.rows import MadeOf, Row, Values, markdown

COMMAND = "uv run python -m benchmarks.trust ../shared/gtsrb ../shared/gtsdb"
INTRODUCTION = """\
`default` is the file of the default run, trained on drawn signs alone. `signnet-N` and `peer` are
networks of [the recognition benchmark](recognition.md), trained on its photos. `known` of the peer
is its largest probability; its threshold refuses 1 % of right validation answers, as ours do. A
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
    values = {name: row.values for name, row in rows.items()}
    images = " or ".join(f"{n:,}" for n in sorted({v["images"] for v in values.values()}))
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
    yield from _wide(values, "in_scenes", "border", _in_scenes)
    yield "\n## Out of distribution\n"
    yield "AUROC of `known`; share accepted by the threshold that ships.\n"
    yield from _wide(values, "out_of_distribution", "pictures", _outside)
    yield "\n## Recrops\n"
    yield RECROPS + "\n"
    yield from _wide(values, "recrops", "recrop", lambda line: f"{line['accuracy']:.2%}")
    yield "\n## Corruptions\n"
    yield "Accuracy at severities 1 / 3 / 5.\n"
    yield from markdown(("corruption", *rows), _corruptions(values))


def _summary(name: str, row: Row, present: MadeOf) -> tuple[str, ...]:
    values = row.values
    area = values.get("risk_coverage_area")
    return (
        name,
        row.origin(present),
        str(values["errors"]),
        f"{1 - values['errors'] / values['images']:.2%}",
        f"{values['refused']:.2%}",
        f"{values['calibration_error']:.4f}",
        "" if area is None else f"{area:.6f}",
    )


def _in_scenes(line: Values) -> str:
    return f"{line['accuracy']:.1%}, {line['refused']:.1%}"


def _outside(line: Values) -> str:
    return f"{line['auroc']:.4f}; {line['accepted']:.1%}"


def _wide(
    values: Mapping[str, Values], key: str, column: str, cell: Callable[[Values], str]
) -> list[str]:
    """A line for each entry of `key`, a column for each model, with its number of images."""
    by_name = {name: {line[column]: line for line in v[key]} for name, v in values.items()}
    entries = dict.fromkeys(entry for lines in by_name.values() for entry in lines)
    head = [column]
    for name, lines in by_name.items():
        counts = {line["images"] for line in lines.values()}
        head.append(f"{name} ({counts.pop():,} images)" if len(counts) == 1 else name)
    several = any(len({x["images"] for x in lines.values()}) > 1 for lines in by_name.values())

    def count(entry: str) -> str:
        counts = {lines[entry]["images"] for lines in by_name.values() if entry in lines}
        return f"{entry} ({'/'.join(f'{n:,}' for n in sorted(counts))} images)"

    return markdown(
        head,
        (
            (
                count(entry) if several else entry,
                *(cell(lines[entry]) if entry in lines else "" for lines in by_name.values()),
            )
            for entry in entries
        ),
    )


def _corruptions(values: Mapping[str, Values]) -> Iterator[tuple[str, ...]]:
    accuracies: dict[str, dict[str, list[float]]] = {
        name: _by_kind(v["corruptions"]) for name, v in values.items()
    }
    for kind in next(iter(accuracies.values())):
        cells = (found.get(kind, []) for found in accuracies.values())
        yield (kind, *(" / ".join(f"{accuracy:.1%}" for accuracy in some) for some in cells))
    means = ([a for some in found.values() for a in some] for found in accuracies.values())
    yield ("mean", *(f"**{sum(some) / len(some):.2%}**" for some in means))


def _by_kind(lines: list[dict[str, Any]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for line in lines:
        found.setdefault(line["corruption"], []).append(line["accuracy"])
    return found
