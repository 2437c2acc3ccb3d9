"""The rows of the video benchmark as Markdown."""

from collections.abc import Iterator, Mapping

from benchmarks.rows import MadeOf, Row, markdown, origin

COMMAND = "uv run python -m benchmarks.video ../shared/gtsdb ../shared/gtsrb"
TITLES = {
    "drives": "real scenes, detector of the fold, recognizer of photos",
    "default": "real scenes, default run: both of drawings alone",
    "drawn": "drawn drives, default run",
}
VOTES = {
    "vote-photos": "recognizer of photos, test signs",
    "vote-drawn": "recognizer of drawings, test signs",
    "vote-drawn-chosen": "recognizer of drawings, training signs, which the vote was fitted on",
}
NOTES = """\
A pseudo-drive scales one picture about the point that the camera moves toward, pans, shakes and
exposes it; its signs are carried along. A drawn drive goes through a drawn world, in which each
thing stands at its own distance. No labeled German drive was at hand. A sign counts that gets 24
pixels large. A track is false where most of its boxes show no labeled sign; GTSDB does not
label all signs. All trackers were given the same detections and the same threshold, and are judged
by the boxes that they give while a clip runs."""


def table(rows: Mapping[str, Row], present: Mapping[str, MadeOf]) -> Iterator[str]:
    """All lines.

    Args:
        rows: by name, in order.
        present: what can be told of the present tree, by row.
    """
    yield f"Signs followed through clips. Command: `{COMMAND}`"
    yield ""
    head = (
        "drives", "commit", "clips", "signs", "found", "named right", "named wrong",
        "false tracks a minute", "switches", "changes of name", "seconds until named",
        "meters before, at 50 km/h",
    )  # fmt: skip
    driven = {name: rows[name] for name in TITLES if name in rows}
    lines = [
        (TITLES[name], origin(row, present[name]), *_figures(row)) for name, row in driven.items()
    ]
    yield from markdown(head, lines, left=2)
    yield f"\n{NOTES}"
    for name, row in driven.items():
        yield f"\n## Trackers: {TITLES[name]}\n"
        columns = ("tracker", "IDF1", "HOTA", "identity switches", "tracks", "ms a frame")
        yield from markdown(columns, [_tracker(of, t) for of, t in row["trackers"].items()])
    voted = {name: rows[name] for name in VOTES if name in rows}
    if voted:
        yield "\n## The vote, on the photos of GTSRB's signs\n"
        of_votes = (
            "votes", "commit", "photos", "wrong", "signs", "wrong", "named", "named wrong",
            "log loss",
        )  # fmt: skip
        votes = [
            (VOTES[name], origin(row, present[name]), *_vote(row)) for name, row in voted.items()
        ]
        yield from markdown(of_votes, votes, left=2)
    if rows:
        yield f"\nMachines: {', '.join(sorted({row['machine'] for row in rows.values()}))}."


def _figures(row: Row) -> Iterator[str]:
    yield str(row["clips"])
    yield str(row["signs"])
    for name in ("found", "named_right", "named_wrong"):
        yield f"{row[name]} ({row[name] / max(row['signs'], 1):.1%})"
    yield f"{row['false_tracks'] / max(row['minutes'], 1e-9):.2f}"
    yield str(row["switches"])
    yield str(row["class_changes"])
    yield _number(row["until_named_s"], 2)
    yield _number(row["meters_before"], 0)


def _tracker(name: str, row: Row) -> tuple[str, ...]:
    shares = (_number(row[of] and 100 * row[of], 1) for of in ("idf1", "hota"))
    return (name, *shares, str(row["switches"]), str(row["tracks"]), f"{row['milliseconds']:.2f}")


def _vote(row: Row) -> tuple[str, ...]:
    names = (
        "photos", "photo_errors", "signs", "sign_errors", "signs_named", "signs_named_wrong",
    )  # fmt: skip
    return (*(str(row[name]) for name in names), f"{row['log_loss']:.4f}")


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
