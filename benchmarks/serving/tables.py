"""The rows of the serving benchmark as Markdown."""

import math
from collections.abc import Iterator
from statistics import median

import pandas as pd

from benchmarks.rows import MadeOf, Row, markdown, origin
from benchmarks.serving.load import BASELINE, CONFIGURED, OURS, SHIPPED

FLOOR_GOAL, BATCH_GOAL, P99_GOAL = 0.85, 10, 1
BASELINE_GOALS = {1: 1.2, 8: 2, 32: 2}  # by clients
GROWTH_GOAL = 10  # percent
CASE = ["size", "clients"]
RATIOS = [  # of ours over another server's
    ("images/s", SHIPPED),
    ("images/s", CONFIGURED),
    ("images/s", BASELINE),
    ("p99", BASELINE),
    ("CPU per image", BASELINE),
]
VALUES = ["images/s", "p50", "p99", "CPU per image"]  # times in milliseconds
MISSED = "**missed**"


def load_table(row: Row, present: MadeOf) -> Iterator[str]:
    """What the loads showed."""
    loads = _loads(row)
    sizes = ", ".join(f"{name}: {size:,} bytes" for name, size in row["sizes"].items())
    yield "## The service beside others\n"
    yield f"Commit {origin(row, present)}; {row['machine']}, servers and clients on the same."
    yield f"Bodies: {sizes}. Medians of {row['rounds']} rounds of {row['seconds']} s, server by"
    yield "server, after a warm-up; a ratio is the median of the rounds' ratios.\n"
    yield f"- {OURS}: `bentoml serve`, default settings, one worker per core"
    yield f"- {SHIPPED}: `@bentoml.api` that answers `{{}}`, as many workers"
    yield f"- {CONFIGURED}: the same without access log, tracing and BentoML's metrics, as in"
    yield "  `service.py`: the harder comparison, which has no goal"
    yield f"- {BASELINE}: one uvicorn process, MobileNetV3-Small at 224 x 224 in onnxruntime, one"
    yield "  image per request, all at its default\n"
    head = [f"{what}, ours / {other}" for what, other in RATIOS]
    lines: list[tuple[str, ...]] = []
    for (size, clients), ratios in ratios_by_case(row).items():
        cells = [_cell(*pair) for pair in zip(ratios, goals(size, clients), strict=True)]
        lines.append((size, str(clients), *cells))
    yield from markdown((*CASE, *head), lines)
    cells = [cell for line in lines for cell in line if "goal" in cell]
    missed = sum(MISSED in cell for cell in cells)
    yield f"\n{missed} of {len(cells)} goals are missed. p99 is of a request, of 64 images where"
    yield "ours are batched.\n"
    groups = loads.groupby([*CASE, "server"], sort=False)
    medians = groups[VALUES].median().assign(errors=groups["errors"].sum())
    lines = [
        (*map(str, case), *(f"{value:.1f}" for value in values[:-1]), f"{values[-1]:.0f}")
        for case, values in zip(medians.index, medians.to_numpy().tolist(), strict=True)
    ]
    yield from markdown((*CASE, "server", *VALUES, "errors"), lines)


def _loads(row: Row) -> pd.DataFrame:
    """A line for each load, with the columns `VALUES`."""
    lines = [
        {**{key: r[key] for key in (*CASE, "server", "images")}, "round": number, **load}
        for r in row["rows"]
        for number, load in enumerate(r["loads"])
    ]
    loads = pd.DataFrame(lines).rename(columns={"p50_ms": "p50", "p99_ms": "p99"})
    loads["images/s"] = loads["images"] * loads["requests"] / loads["seconds"]
    loads["CPU per image"] = loads["cpu_ms"] / loads["images"]
    return loads


def ratios_by_case(row: Row) -> dict[tuple[str, int], list[float]]:
    """`RATIOS` by case: medians over the rounds; NaN where the other server was not loaded."""
    wide = _loads(row).pivot(index=[*CASE, "round"], columns="server", values=VALUES)
    ratios = pd.DataFrame({key: wide[key[0], OURS] / wide[key] for key in RATIOS})
    medians = ratios.groupby(CASE).median()
    return dict(zip(medians.index, medians.to_numpy().tolist(), strict=True))


def goals(size: str, clients: int) -> tuple[str | None, ...]:
    """The bound of each of `RATIOS` in a case."""
    if " x " in size:
        return None, None, f"≥ {BATCH_GOAL}", None, None
    return f"≥ {FLOOR_GOAL}", None, f"≥ {BASELINE_GOALS[clients]}", f"≤ {P99_GOAL}", None


def _cell(ratio: float, goal: str | None) -> str:
    if goal is None:
        return "" if math.isnan(ratio) else f"{ratio:.2f}"
    return f"{ratio:.2f} (goal {goal}{'' if is_met(ratio, goal) else f', {MISSED}'})"


def is_met(ratio: float, goal: str) -> bool:
    """Whether a ratio reaches one of `goals`."""
    sign, bound = goal.split()
    return ratio >= float(bound) if sign == "≥" else ratio <= float(bound)


def growth(samples: list[Row], kind: str) -> float:
    """The worst sample of memory over the median of the first quarter, in percent."""
    first = median(sample[kind] for sample in samples[: len(samples) // 4 + 1])
    return 100 * (max(sample[kind] for sample in samples) / first - 1)


def soak_table(row: Row, present: MadeOf) -> Iterator[str]:
    """What the soak showed."""
    samples = row["samples"]
    rss, pss = growth(samples, "rss"), growth(samples, "pss")
    verdict = "met" if max(rss, pss) <= GROWTH_GOAL else "**missed**"
    yield f"\n## The service under {samples[-1]['requests']:,} good and bad requests\n"
    yield f"Commit {origin(row, present)}; {row['machine']}. {row['clients']} clients, after a"
    yield f"warm-up of {row['warm_up']:,} requests. Memory is summed over the processes. The"
    yield f"largest sample of RSS is {rss:+.1f} % over the median of the first quarter, of PSS"
    yield f"{pss:+.1f} % (goal: at most {GROWTH_GOAL} %, {verdict}). {row['seconds']:.0f} s; wrong"
    yield f"answers: {sum(row['wrong'].values())} (goal 0).\n"
    yield from (f"- {what}: {number} times\n" for what, number in row["wrong"].items())
    lines = (
        (f"{s['requests']:,}", f"{s['rss'] / 1e6:.1f}", f"{s['pss'] / 1e6:.1f}", f"{s['series']}")
        for s in samples
    )
    yield from markdown(("after requests", "RSS MB", "PSS MB", "series in /metrics"), lines)
