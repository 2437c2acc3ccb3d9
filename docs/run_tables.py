"""The tables of the committed run."""

from docs.markdown import interval, markdown, percent
from docs.results import CommittedResults

KINDS = {  # of out-of-distribution pictures, by their names in the results
    "tested sign": "outside signs, drawn",
    "object": "objects, drawn",
    "backdrop": "backdrops, drawn",
    "nothing": "noise and flat color",
    "background of road scenes": "background of road scenes, photos",
}
SEVERITIES = ("1", "3", "5")


def out_of_distribution(results: CommittedResults) -> str:
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


def risk(results: CommittedResults) -> str:
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


def recrops(results: CommittedResults) -> str:
    """The default run's model on re-crops, with the edge of the image repeated."""
    rows = results.rows("metrics/tables/recrops.csv")
    return markdown(
        ("re-crop", "images>", "accuracy>", "95% interval>"),
        [(row["recrop"], row["images"], percent(row["accuracy"]), interval(row)) for row in rows],
    )


def corruptions(results: CommittedResults) -> str:
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
