"""The rows of the trust benchmark as Markdown."""

from typing import Any

import pandas as pd

from signs.evaluation.out_of_distribution import SUREST

Row = dict[str, Any]

INTRODUCTION = """\
Measured on {images} test photos of signs that none trained on, changed at their own sizes before
each model's preprocessing. Command:
`uv run python -m benchmarks.trust ../shared/gtsrb ../shared/gtsdb`. `signnet-N` are the networks of
[the comparison](comparison.md), trained on photos and drawings; `peer` is the usual recipe there,
and `before` our network of f7dbc1e, which had learned nothing of other pictures, framings and
weather (the comparison's `signnet-0` at that commit, named with `--model`). Where a file has no
`known` ({without}), the largest probability stands in its place,
with the threshold that refuses 1 % of these photos. The others' threshold is the one that ships,
fitted on validation.

None of the drawn signs and objects and none of the scenes was trained on, though some of the signs
have near relatives that were (Zone 20 and Zone 30); backdrops are drawn as the scenery beside signs
was in training. Signs in the scenes may be some of those that GTSRB's training photos show, so what
is read there is no test of accuracy, only of framing. Our networks trained with framings and
weather of the same kinds and about as strong, made by other code (JPEG in drawn scenes alone), so
this says how they bear what was foreseen; the peer and `before` trained with less.
"""
SIGNS_COLUMNS = ("errors", "signs refused", "calibration error", "errors among the surest 98 %")


def table(rows: dict[str, Row]) -> str:
    """All rows, one section a question."""
    if not rows:
        return "Nothing measured yet.\n"
    without = ", ".join(f"`{name}`" for name, row in rows.items() if not row["has_known"])
    parts = [
        INTRODUCTION.format(
            images=next(iter(rows.values()))["images"], without=without or "none of these"
        ),
        "## What they do not know\n",
        *_wide(rows, "known", "pictures", _known_cell),
        "\nEach cell: AUROC of `known` (of the largest probability); share accepted at the shipped",
        "threshold, and at one that refuses 1 % of these very photos.\n",
        "## Refused signs and calibration\n",
        f"| model | commit | {' | '.join(SIGNS_COLUMNS)} |",
        "|---|---|---:|---:|---:|---:|",
        *(
            f"| {name} | {row['commit']} | {row['errors']} | {row['refused']:.2%} "
            f"| {row['calibration_error']:.4f} | {row['surest_errors']} "
            f"({row['surest_errors'] / int(SUREST * row['images']):.3%}) |"
            for name, row in rows.items()
        ),
        "\n## Framing\n",
        *_wide(rows, "framing", "framing", _accuracy_cell),
        "\nSigns in the scenes of GTSDB, with their true surroundings (accuracy, share refused):\n",
        *_wide(rows, "in_scenes", "framing", _scene_cell),
        "\n## Pictures gone bad\n",
        *_corruptions(rows),
    ]
    return "\n".join(parts) + "\n"


def _known_cell(entry: Row) -> str:
    accepted = f"{entry['accepted']:.1%}, {entry['accepted_at_1']:.1%}"
    return f"{entry['auroc']:.4f} ({entry['auroc_probability']:.4f}); {accepted}"


def _accuracy_cell(entry: Row) -> str:
    return f"{entry['accuracy']:.2%}"


def _scene_cell(entry: Row) -> str:
    return f"{entry['accuracy']:.1%}, {entry['refused']:.1%}"


def _wide(rows: dict[str, Row], key: str, column: str, cell: Any) -> list[str]:
    """A line for each entry of `key`, a column for each model."""
    by_name = {name: {entry[column]: entry for entry in row[key]} for name, row in rows.items()}
    first = next(iter(rows.values()))[key]
    lines = [
        f"| {column} | images | " + " | ".join(rows) + " |",
        "|---|---:|" + "---:|" * len(rows),
    ]
    for entry in first:
        cells = " | ".join(cell(found[entry[column]]) for found in by_name.values())
        lines.append(f"| {entry[column]} | {entry['images']} | {cells} |")
    return lines


def _corruptions(rows: dict[str, Row]) -> list[str]:
    lines = ["| corruption | " + " | ".join(rows) + " |", "|---|" + "---:|" * len(rows)]
    frames = {name: pd.DataFrame(row["corruptions"]) for name, row in rows.items()}
    for kind in frames[next(iter(rows))]["corruption"].unique():
        cells = []
        for frame in frames.values():
            accuracies = frame[frame["corruption"] == kind]["accuracy"]
            cells.append(" / ".join(f"{value:.1%}" for value in accuracies))
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    means = " | ".join(f"**{frame['accuracy'].mean():.2%}**" for frame in frames.values())
    return [*lines, f"| mean | {means} |", "\nSeverities 1 / 3 / 5.\n"]
