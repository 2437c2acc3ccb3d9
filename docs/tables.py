"""The tables of README.md and docs/, from committed results."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import mean
from typing import Any

from docs.results import BENCHMARKS, SEEDS, Results, measured_at

COMMITTED = "committed run"
KINDS = {  # of out-of-distribution pictures, by their names in the results
    "tested sign": "outside signs, drawn",
    "object": "objects, drawn",
    "backdrop": "backdrops, drawn",
    "nothing": "noise and flat color",
    "background of scenes": "background of road scenes, photos",
}
SEVERITIES = ("1", "3", "5")


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a head that ends in ">" is of a column of numbers."""
    titles = [title.rstrip(">") for title in head]
    rules = ["---:" if title.endswith(">") else "---" for title in head]
    return "\n".join(f"| {' | '.join(row)} |" for row in (titles, rules, *rows))


def percent(value: Any, digits: int = 1) -> str:
    """A share in percent."""
    return f"{float(value):.{digits}%}"


def shares(spread: dict[str, float], digits: int) -> str:
    """The lowest and highest of some shares."""
    return f"{percent(spread['low'], digits)} to {percent(spread['high'], digits)}"


def overview(results: Results) -> str:
    """What came out, in six rows: the README's."""
    run = results.value("metrics/evaluate.json")
    drawn = results.value("docs/notebook/results/drawn.json", "rows/-1")
    outside = results.value("metrics/tables/out_of_distribution.csv", "tested sign")
    photos_once = results.value("docs/notebook/results/photos.json")
    ours, peer = (
        results.value(f"{BENCHMARKS}/recognition/{name}.json") for name in (SEEDS[0], "peer")
    )
    images = results.value("metrics/split.json", "test_images")
    photos = f"{ours['values']['files']['int8']['images']:,} GTSRB photos"
    right = shares(results.value("derived", "seeds/accuracy"), 2)
    return markdown(
        ("trained on", "tested on", "result", "measured at"),
        [
            (
                "drawn scenes (the default run)",
                f"{images:,} other drawn scenes",
                f"{percent(run['accuracy'])} right, {run['errors']} errors",
                COMMITTED,
            ),
            (
                "the same",
                f"{int(outside['images']):,} drawn signs outside the 43",
                f"{percent(outside['accepted'], 0)} wrongly accepted",
                COMMITTED,
            ),
            (
                "the same, an earlier run",
                f"{drawn['test']['images']:,} GTSRB photos",
                f"{percent(drawn['test']['accuracy'])} right, {drawn['test']['errors']} errors",
                measured_at(drawn),
            ),
            (
                "the same, an earlier run",
                f"{photos_once['scenes']['signs']} signs in photos of road scenes, cropped loosely",
                f"{percent(photos_once['scenes']['loose'])} right",
                measured_at(photos_once),
            ),
            (
                "GTSRB photos and drawn scenes, three seeds, INT8",
                f"{photos} of other physical signs",
                f"{right} right",
                measured_at(ours),
            ),
            (
                "GTSRB photos, the usual recipe (MobileNetV3-Small at 224 pixels)",
                "the same photos",
                f"{percent(peer['values']['files']['fp32']['accuracy'])} right",
                measured_at(peer),
            ),
        ],
    )


def recognition(results: Results) -> str:
    """Networks trained from scratch on the same photos."""
    speed = results.value(f"{BENCHMARKS}/recognition/speed.json", "values/milliseconds")
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
        values = row["values"]
        for precision, file in values["files"].items():
            times = speed.get(f"{name}.{precision}", {})
            rows.append(
                (
                    f"{title}, {precision.upper()}",
                    f"{file['errors']:,}",
                    percent(file["accuracy"], 2),
                    f"{percent(file['accuracy_low'], 2)} to {percent(file['accuracy_high'], 2)}",
                    percent(file["worst_recall"]),
                    f"{values['parameters'] / 1e6:.2f} M",
                    f"{file['bytes'] / 1e6:.2f} MB",
                    f"{times['1']:.2f}" if times else "",
                    *(minutes(values[f"{clock}_seconds"]) for clock in ("cpu", "wall")),
                    measured_at(row),
                )
            )
    head = (
        "network", "errors>", "accuracy>", "95% over groups>", "worst class>", "parameters>",
        "file>", "ms per image>", "training, CPU min>", "wall min>", "measured at",
    )  # fmt: skip
    return markdown(head, rows)


def minutes(seconds: float | None) -> str:
    """Seconds in minutes; nothing where nobody looked at the clock."""
    return "" if seconds is None else f"{seconds / 60:.1f}"


def trust(results: Results) -> str:
    """What networks trained on photos accept, and how they read re-crops and corrupted photos."""
    rows = {n: results.value(f"{BENCHMARKS}/trust/{n}.json") for n in (*SEEDS, "peer")}
    columns = [row["values"] for row in rows.values()]

    def lines(part: str, title: str, shown: Callable[[dict[str, Any]], str]) -> Iterator[list[str]]:
        for cells in zip(*(values[part] for values in columns), strict=True):
            yield [
                title.format(**cells[0], kind=KINDS.get(cells[0].get("pictures"))),
                *map(shown, cells),
            ]

    return markdown(
        ("", *(f"`{name}`>" for name in rows)),
        [
            *lines(
                "out_of_distribution",
                "{kind} ({images:,}): AUROC, accepted",
                lambda cell: f"{cell['auroc']:.3f}, {percent(cell['accepted'])}",
            ),
            *lines(
                "recrops", "photos, {recrop}: accuracy", lambda cell: percent(cell["accuracy"], 2)
            ),
            *lines(
                "in_scenes",
                "signs in road scenes, {border}: accuracy, refused",
                lambda cell: f"{percent(cell['accuracy'])}, {percent(cell['refused'])}",
            ),
            [
                "ten corruptions at three severities: mean accuracy",
                *(percent(mean(c["accuracy"] for c in v["corruptions"])) for v in columns),
            ],
            ["photos refused", *(percent(values["refused"]) for values in columns)],
            ["measured at", *map(measured_at, rows.values())],
        ],
    )


def out_of_distribution(results: Results) -> str:
    """What the default run's model accepts."""
    rows = results.rows("metrics/tables/out_of_distribution.csv")
    return markdown(
        ("pictures", "images>", "accepted>", "accepted if 1% of signs were refused>", "AUROC>"),
        [
            (
                KINDS[row["pictures"]],
                row["images"],
                percent(row["accepted"]),
                percent(row["accepted_at_1"]),
                f"{float(row['auroc']):.3f}",
            )
            for row in rows
        ],
    )


def risk(results: Results) -> str:
    """Errors of the default run's model among its most confident answers."""
    rows = results.rows("metrics/tables/risk_coverage.csv")
    chosen = [
        min(rows, key=lambda row: abs(float(row["coverage"]) - wanted))
        for wanted in (0.5, 0.8, 0.9, 0.95, 0.98, 1.0)
    ]
    return markdown(
        ("coverage>", "errors>", "risk: share of them that is wrong>"),
        [(percent(row["coverage"], 0), row["errors"], percent(row["risk"], 2)) for row in chosen],
    )


def recrops(results: Results) -> str:
    """The default run's model on re-crops, with the edge of the image repeated."""
    rows = results.rows("metrics/tables/recrops.csv")
    return markdown(
        ("re-crop", "images>", "accuracy>", "95% interval>"),
        [(row["recrop"], row["images"], percent(row["accuracy"]), interval(row)) for row in rows],
    )


def corruptions(results: Results) -> str:
    """The default run's model on corrupted images."""
    rows = results.rows("metrics/tables/corruptions.csv")
    found = {(row["corruption"], row["severity"]): row for row in rows}
    names = dict.fromkeys(row["corruption"] for row in rows)
    return markdown(
        ("corruption", *(f"severity {severity}>" for severity in SEVERITIES)),
        [
            (
                name,
                *(
                    f"{percent(found[name, s]['accuracy'])} ({interval(found[name, s])})"
                    for s in SEVERITIES
                ),
            )
            for name in names
        ],
    )


def interval(row: dict[str, str]) -> str:
    """The 95% interval of a row."""
    return f"{percent(row['low'])} to {percent(row['high'])}"


def leak(results: Results) -> str:
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


def soak(results: Results) -> str:
    """Memory of the service over many requests."""
    row = results.value(f"{BENCHMARKS}/serving/soak.json")
    samples = row["values"]["samples"]
    return markdown(
        ("requests>", "resident memory>", "against the start>"),
        [
            (
                f"{sample['requests']:,}",
                f"{sample['rss'] / 1e6:.0f} MB",
                f"{sample['rss'] / samples[0]['rss'] - 1:+.0%}",
            )
            for sample in samples[:: max(1, len(samples) // 10)]
        ],
    )


TABLES: dict[str, Callable[[Results], str]] = {
    table.__name__: table
    for table in (
        overview,
        recognition,
        trust,
        out_of_distribution,
        risk,
        recrops,
        corruptions,
        leak,
        soak,
    )
}
