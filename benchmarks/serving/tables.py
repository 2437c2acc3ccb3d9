"""The rows of the serving benchmark as Markdown."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.rows import MadeOf, Row, Values, markdown
from benchmarks.serving.load import BASELINE, CONFIGURED, OURS, SHIPPED

FLOOR_GOAL = 0.85
BASELINE_GOALS = {1: 1.2, 8: 2.0, 32: 2.0}  # by clients
BATCH_GOAL, P99_GOAL = 10.0, 1.0
GROWTH_GOAL = 10  # percent


@dataclass(frozen=True)
class Goal:
    """A ratio that was measured, and its bound: from below, or from above where `at_most`."""

    what: str
    found: float
    bound: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the ratio keeps to the bound."""
        return self.found <= self.bound if self.at_most else self.found >= self.bound

    def __str__(self) -> str:
        """The ratio, and whether it will do."""
        sign = "≤" if self.at_most else "≥"
        return f"{self.found:.2f} (goal {sign} {self.bound:g}{'' if self.met else ', **missed**'})"


class Loads:
    """The values of the row `load`, by upload, clients and server."""

    def __init__(self, values: Values) -> None:
        self.rows = values["rows"]
        self._loads = {(r["size"], r["clients"], r["server"]): r["loads"] for r in self.rows}

    def ratio(self, size: str, clients: int, server: str, key: str) -> float:
        """Ours over another server's: the median of the rounds' ratios."""
        ours, theirs = (self._loads[size, clients, name] for name in (OURS, server))
        pairs = ((_value(a, key), _value(b, key)) for a, b in zip(ours, theirs, strict=True))
        return median(a / b if b else math.inf for a, b in pairs)

    def goals(self, row: Values) -> list[Goal]:
        """The ratios of a row of ours that have a goal, in the order of the table's columns."""
        size, clients = row["size"], row["clients"]
        where = f"{size}, {clients} client{'s' if clients > 1 else ''}"
        speed = row["images"] * self.ratio(size, clients, BASELINE, "rate")
        if row["images"] > 1:
            return [Goal(f"images/s over {BASELINE} ({where})", speed, BATCH_GOAL)]
        floor = self.ratio(size, clients, SHIPPED, "rate")
        p99 = self.ratio(size, clients, BASELINE, "p99_ms")
        return [
            Goal(f"requests/s over {SHIPPED} ({where})", floor, FLOOR_GOAL),
            Goal(f"requests/s over {BASELINE} ({where})", speed, BASELINE_GOALS[clients]),
            Goal(f"p99 over {BASELINE} ({where})", p99, P99_GOAL, at_most=True),
        ]


def _value(load: Values, key: str) -> float:
    return load["requests"] / load["seconds"] if key == "rate" else load[key]


def load_table(row: Row, present: MadeOf) -> Iterator[str]:
    """What the loads showed."""
    values, loads = row.values, Loads(row.values)
    ours = [r for r in values["rows"] if r["server"] == OURS]
    goals = [goal for r in ours for goal in loads.goals(r)]
    missed = [f"- {goal.what}: {goal}" for goal in goals if not goal.met]
    sizes = ", ".join(f"{name}: {size:,} bytes" for name, size in values["sizes"].items())
    yield "## The service beside others\n"
    yield f"Commit {row.origin(present)}; {row.machine}, servers and clients on the same. Bodies:"
    yield f"{sizes}. Medians of {values['rounds']} rounds of {values['seconds']} s, server by"
    yield "server, after a warm-up; a ratio is the median of the rounds' ratios.\n"
    yield f"- {OURS}: `bentoml serve`, default settings, one worker per core"
    yield f"- {SHIPPED}: `@bentoml.api` that answers `{{}}`, as many workers"
    yield f"- {CONFIGURED}: the same without access log, tracing and BentoML's metrics, as in"
    yield "  `service.py`: the harder comparison, which has no goal"
    yield f"- {BASELINE}: one uvicorn process, MobileNetV3-Small at 224 x 224 in onnxruntime, one"
    yield "  image per request, all at its default\n"
    head = ("upload", "clients", f"requests/s, ours / {SHIPPED}", f"/ {CONFIGURED}",
            f"/ {BASELINE}", f"p99, ours / {BASELINE}", f"CPU per request, ours / {BASELINE}")  # fmt: skip
    yield from markdown(head, (_ratios(loads, r) for r in ours if r["images"] == 1))
    yield ""
    batches = [r for r in ours if r["images"] > 1]
    head = ("batch", "clients", f"images/s, ours in batches / {BASELINE} one by one")
    lines = ((r["size"], str(r["clients"]), str(loads.goals(r)[0])) for r in batches)
    yield from markdown(head, lines)
    yield f"\n{len(goals) - len(missed)} of {len(goals)} goals are met. Missed:\n"
    yield from missed or ["- none"]
    yield ""
    head = ("upload", "clients", "server", "requests/s", "images/s", "p50 ms", "p99 ms", "errors",
            "CPU ms/request")  # fmt: skip
    yield from markdown(head, map(_numbers, values["rows"]))


def _ratios(loads: Loads, row: Values) -> tuple[str, ...]:
    size, clients = row["size"], row["clients"]
    floor, speed, p99 = loads.goals(row)
    configured = loads.ratio(size, clients, CONFIGURED, "rate")
    cpu = loads.ratio(size, clients, BASELINE, "cpu_ms")
    return (
        size, str(clients), str(floor), f"{configured:.2f}", str(speed), str(p99), f"{cpu:.2f}"
    )  # fmt: skip


def _numbers(row: Values) -> tuple[str, ...]:
    middle = {
        key: median(_value(load, key) for load in row["loads"])
        for key in ("rate", "p50_ms", "p99_ms", "cpu_ms")
    }
    return (
        row["size"],
        str(row["clients"]),
        row["server"],
        f"{middle['rate']:.1f}",
        f"{middle['rate'] * row['images']:.0f}",
        f"{middle['p50_ms']:.1f}",
        f"{middle['p99_ms']:.1f}",
        str(sum(load["errors"] for load in row["loads"])),
        f"{middle['cpu_ms']:.2f}",
    )


def growth(samples: list[Values], kind: str) -> float:
    """The worst sample of memory over the median of the first quarter, in percent."""
    first = median(sample[kind] for sample in samples[: len(samples) // 4 + 1])
    return 100 * (max(sample[kind] for sample in samples) / first - 1)


def soak_table(row: Row, present: MadeOf) -> Iterator[str]:
    """What the soak showed."""
    values = row.values
    samples = values["samples"]
    rss, pss = growth(samples, "rss"), growth(samples, "pss")
    verdict = "met" if max(rss, pss) <= GROWTH_GOAL else "**missed**"
    yield f"\n## The service under {samples[-1]['requests']:,} good and bad requests\n"
    yield f"Commit {row.origin(present)}; {row.machine}. {values['clients']} clients, after a"
    yield f"warm-up of {values['warm_up']:,} requests. Memory is summed over the processes."
    yield f"The largest sample of RSS is {rss:+.1f} % over the median of the first quarter, of PSS"
    yield f"{pss:+.1f} % (goal: at most {GROWTH_GOAL} %, {verdict}). It took"
    yield f"{values['seconds']:.0f} s; wrong answers: {sum(values['wrong'].values())} (goal 0).\n"
    yield from (f"- {what}: {number} times\n" for what, number in values["wrong"].items())
    head = ("after requests", "RSS MB", "PSS MB", "bytes of /metrics", "its numbers")
    yield from markdown(
        head,
        (
            (
                f"{s['requests']:,}", f"{s['rss'] / 1e6:.1f}", f"{s['pss'] / 1e6:.1f}",
                f"{s['metrics']:,}", str(s["series"]),
            )
            for s in samples
        ),
    )  # fmt: skip
