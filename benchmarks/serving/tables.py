"""The tables of the comparison, as Markdown."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.serving.rounds import BASELINE, BATCH, CONFIGURED, OURS, SHIPPED, Results, Row

FLOOR_GOAL = 0.85
BASELINE_GOALS = {1: 1.2, 8: 2.0, 32: 2.0}  # by clients
BATCH_GOAL = 10.0
P99_GOAL = 1.0


@dataclass(frozen=True)
class Goal:
    """A ratio that was measured, and what it should be.

    Attributes:
        found: the ratio.
        wanted: its bound.
        at_most: whether the bound is one from above.
    """

    found: float
    wanted: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the ratio keeps to the bound."""
        return self.found <= self.wanted if self.at_most else self.found >= self.wanted

    def __str__(self) -> str:
        """The ratio, and whether it will do."""
        sign = "≤" if self.at_most else "≥"
        mark = "" if self.met else ", **missed**"
        return f"{self.found:.2f} (goal {sign} {self.wanted:g}{mark})"


def report(results: Results) -> str:
    """Everything that is to be read."""
    goals = [goal for row in results.ours() for goal in row_goals(results, row)]
    met = sum(goal.met for goal in goals)
    errors = sum(row.errors for row in results.ours())
    lines = [
        *head(results),
        "",
        *ratios(results),
        "",
        f"{met} of {len(goals)} goals met. Errors of our service: {errors} (goal 0).",
        "",
        *numbers(results),
    ]
    return "\n".join(lines)


def head(results: Results) -> Iterator[str]:
    """What was done, where, and how to do it again."""
    sizes = ", ".join(f"{name}: {size:,} bytes" for name, size in results.sizes.items())
    yield f"The service beside others; {results.machine}. Bodies: {sizes}. Medians of"
    yield f"{results.rounds} rounds of {results.seconds} s, server by server, after a warm-up; a"
    yield "ratio is the median of the rounds' ratios. Command:"
    yield "`uv run python -m benchmarks.serving.compare`"
    yield ""
    yield f"- {OURS}: `bentoml serve`, default settings, one worker per core"
    yield f"- {SHIPPED}: `@bentoml.api` that answers `{{}}`, as many workers"
    yield f"- {CONFIGURED}: the same without access log, tracing and BentoML's metrics, as in"
    yield "  `service.py`: the harder comparison; the goal is held against BentoML as it comes"
    yield f"- {BASELINE}: one uvicorn process, MobileNetV3-Small at 224 x 224 in onnxruntime, one"
    yield "  image per request, all at its default"


def row_goals(results: Results, row: Row) -> list[Goal]:
    """The ratios of one row of ours that have a goal, in the order of the table's columns."""
    speed = results.speed(row, BASELINE)
    if row.images > 1:
        return [Goal(speed, BATCH_GOAL)]
    p99 = results.ratio(row, BASELINE, lambda load: load.p99_ms)
    return [
        Goal(results.speed(row, SHIPPED), FLOOR_GOAL),
        Goal(speed, BASELINE_GOALS[row.clients]),
        Goal(p99, P99_GOAL, at_most=True),
    ]


def ratios(results: Results) -> Iterator[str]:
    """Ours over the others."""
    yield (
        f"| upload | clients | requests/s, ours / {SHIPPED} | / {CONFIGURED} | / {BASELINE} "
        f"| p99, ours / {BASELINE} | CPU per request, ours / {BASELINE} |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|"
    batches = []
    for row in results.ours():
        goals = row_goals(results, row)
        if row.images > 1:
            batches.append(f"| {row.size} | {row.clients} | {goals[0]} |")
            continue
        cpu = results.ratio(row, BASELINE, lambda load: load.cpu_ms)
        yield (
            f"| {row.size} | {row.clients} | {goals[0]} | {results.speed(row, CONFIGURED):.2f} "
            f"| {goals[1]} | {goals[2]} | {cpu:.2f} |"
        )
    yield ""
    yield f"| batch | clients | images/s, ours in batches of {BATCH} / {BASELINE} one by one |"
    yield "|---|---:|---:|"
    yield from batches


def numbers(results: Results) -> Iterator[str]:
    """Every server in every scene."""
    yield (
        "| upload | clients | server | requests/s | images/s | p50 ms | p99 ms | errors "
        "| CPU ms/request | cores |"
    )
    yield "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|"
    for row in results.rows:
        rate = row.median(lambda load: load.rate)
        p50 = row.median(lambda load: load.p50_ms)
        p99 = row.median(lambda load: load.p99_ms)
        cpu = row.median(lambda load: load.cpu_ms)
        cores = row.median(lambda load: load.cores)
        yield (
            f"| {row.size} | {row.clients} | {row.server} | {rate:.1f} | {rate * row.images:.0f} "
            f"| {p50:.1f} | {p99:.1f} | {row.errors} | {cpu:.2f} | {cores:.1f} |"
        )
