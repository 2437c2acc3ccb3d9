"""The tables of benchmarks, and of the lab notebook."""

from collections.abc import Callable, Iterator
from statistics import mean
from typing import Any

from docs.markdown import markdown, minutes, percent
from docs.results import BENCHMARKS, SEEDS, CommittedResults, measured_at
from docs.run_tables import KINDS

Shown = Callable[[dict[str, Any]], str]


def recognition(results: CommittedResults) -> str:
    """Networks trained from scratch on the same photos."""
    names = {
        **{name: f"`signnet`, seed {name[-1]}" for name in SEEDS},
        "mobilenet_v3_large": "`mobilenet_v3_large`",
        "resnet18": "`resnet18`, six epochs",
        "mobilenet_v3_small": "`mobilenet_v3_small`",
        "peer": "the usual recipe",
    }
    rows = []
    for name, title in names.items():
        row = results.value(f"{BENCHMARKS}/recognition/{name}.json")
        for precision, file in row["files"].items():
            rows.append(
                (
                    f"{title}, {precision.upper()}",
                    f"{file['errors']:,}",
                    percent(file["accuracy"], 2),
                    f"{percent(file['accuracy_low'], 2)} to {percent(file['accuracy_high'], 2)}",
                    percent(file["worst_recall"]),
                    f"{row['parameters'] / 1e6:.2f} M",
                    f"{file['bytes'] / 1e6:.2f} MB",
                    f"{file['milliseconds']['1']:.2f}",
                    *(minutes(row[f"{clock}_seconds"]) for clock in ("cpu", "wall")),
                    measured_at(row),
                )
            )
    head = (
        "network", "errors>", "accuracy>", "95% over groups>", "worst class>", "parameters>",
        "file>", "ms per image>", "training, CPU min>", "wall min>", "measured at",
    )  # fmt: skip
    return markdown(head, rows)


def trust(results: CommittedResults) -> str:
    """What networks trained on photos accept, and how they read re-crops and corrupted photos."""
    rows = {n: results.value(f"{BENCHMARKS}/trust/{n}.json") for n in (*SEEDS, "peer")}
    columns = list(rows.values())

    def lines(part: str, title: Shown, shown: Shown) -> Iterator[list[str]]:
        for cells in zip(*(row[part] for row in columns), strict=True):
            yield [title(cells[0]), *map(shown, cells)]

    return markdown(
        ("", *(f"`{name}`>" for name in rows)),
        [
            *lines(
                "out_of_distribution",
                lambda cell: f"{KINDS[cell['pictures']]} ({cell['images']:,}): AUROC, accepted",
                lambda cell: f"{cell['auroc']:.3f}, {percent(cell['accepted'])}",
            ),
            *lines(
                "recrops",
                lambda cell: f"photos, {cell['recrop']}: accuracy",
                lambda cell: percent(cell["accuracy"], 2),
            ),
            *lines(
                "in_scenes",
                lambda cell: f"signs in road scenes, {cell['border']}: accuracy, refused",
                lambda cell: f"{percent(cell['accuracy'])}, {percent(cell['refused'])}",
            ),
            [
                "ten corruptions at three severities: mean accuracy",
                *(percent(mean(c["accuracy"] for c in row["corruptions"])) for row in columns),
            ],
            ["photos refused", *(percent(row["refused"]) for row in columns)],
            ["measured at", *map(measured_at, columns)],
        ],
    )


def soak(results: CommittedResults) -> str:
    """Memory of the service over many requests."""
    row = results.value(f"{BENCHMARKS}/serving/soak.json")
    samples = row["samples"]
    peak = max(samples, key=lambda sample: sample["rss"])
    shown = [s for place, s in enumerate(samples) if place % 2 == 0 or s is peak]
    return markdown(
        ("requests>", "resident memory>", "against the start>"),
        [
            (
                f"{sample['requests']:,}",
                f"{sample['rss'] / 1e6:.0f} MB",
                f"{sample['rss'] / samples[0]['rss'] - 1:+.0%}",
            )
            for sample in shown
        ],
    )


def leak(results: CommittedResults) -> str:
    """One network on two cuts of the same photos."""
    rows = results.value("docs/notebook/results/leak.json", "rows")
    return markdown(
        (
            "split of the training photos", "groups in both parts>", "near-duplicate pairs across>",
            "validation error>", "test error>",
        ),
        [
            (
                name.replace("track", "group"),
                f"{row['tracks_in_both']:,}",
                f"{row['near_duplicates']:,}",
                f"{percent(1 - row['val_accuracy'], 2)} "
                f"({row['val_errors']} of {row['val_images']:,})",
                f"{percent(1 - row['test_accuracy'], 2)} ({row['test_errors']})",
            )
            for name, row in rows.items()
        ],
    )  # fmt: skip
