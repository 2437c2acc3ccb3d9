"""Committed results, read by file and key, and what follows from them."""

import csv
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.rows import is_out_of_date
from benchmarks.serving.load import BASELINE, CONFIGURED, SHIPPED
from benchmarks.serving.tables import RATIOS, goals, is_met, ratios_by_case

ROOT = Path(__file__).parents[1]
BENCHMARKS = "benchmarks/results"
DERIVED = "derived"
SEEDS = ("signnet-0", "signnet-1", "signnet-2")


class ResultError(Exception):
    """A result is missing, or a key of it."""


class CommittedResults:
    """The results of a checkout.

    Args:
        root: the project's root.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self._read = cache(self._read_file)

    def value(self, file: str, key: str = "") -> Any:
        """One value, or everything in a file.

        Args:
            file: from the root, such as `metrics/evaluate.json`; of a CSV file the first column
                names the rows. `derived` stands for `derive`.
            key: the way to the value, parts separated by "/"; "": the whole file.

        Raises:
            ResultError: there is no such file or key.
        """
        found: Any = derive(self) if file == DERIVED else self._read(file)
        for part in filter(None, key.split("/")):
            try:
                found = found[int(part)] if isinstance(found, list) else found[part]
            except (KeyError, IndexError, ValueError, TypeError):
                raise ResultError(f"{file} has no {key}") from None
        return found

    def rows(self, file: str) -> list[dict[str, str]]:
        """The rows of a CSV file."""
        return list(self._read(file).values()) if file.endswith(".csv") else []

    def _read_file(self, file: str) -> Any:
        path = self.root / file
        if not path.is_file():
            raise ResultError(f"{file} is missing")
        if path.suffix == ".json":
            return json.loads(path.read_text(encoding="utf-8"))
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        first = next(iter(rows[0]))
        names = [row[first] for row in rows]
        unique = len(set(names)) == len(names)
        return dict(zip(names if unique else map(str, range(len(rows))), rows, strict=True))


def is_stale(row: Mapping[str, Any]) -> bool:
    """Whether a row may be older than the code.

    It is where the code that it names in `made_of` has another digest now, where it names none, or
    where it was measured with code that is in no commit ("+").
    """
    return is_out_of_date(dict(row)) or row["commit"].endswith("+")


def measured_at(row: Mapping[str, Any]) -> str:
    """The commit of a row, for tables, and whether the row is stale."""
    return f"`{row['commit']}`{', stale' if is_stale(row) else ''}"


def derive(results: CommittedResults) -> dict[str, Any]:
    """Figures that no file holds as they stand in a text."""
    return {
        "seeds": _seeds(results),
        "serving": _serving(results.value(f"{BENCHMARKS}/serving/load.json")),
        "soak": _soak(results.value(f"{BENCHMARKS}/serving/soak.json", "samples")),
    }


def spread(values: Iterable[float]) -> dict[str, float]:
    """Lowest, highest and mean."""
    found = list(values)
    return {"low": min(found), "high": max(found), "mean": mean(found)}


def _seeds(results: CommittedResults) -> dict[str, Any]:
    """Of the three trainings on photos: the INT8 files, and the time they took."""

    def measured(benchmark: str, row: str) -> Any:
        return results.value(f"{BENCHMARKS}/{benchmark}/{row}.json")

    rows = [measured("recognition", name) for name in SEEDS]
    files = [row["files"]["int8"] for row in rows]
    trust = [measured("trust", name) for name in SEEDS]
    peer = measured("recognition", "peer")["files"]["fp32"]
    ours, theirs = files[0]["milliseconds"], peer["milliseconds"]
    kinds = [kind["pictures"] for kind in trust[0]["out_of_distribution"]]
    return {
        "accuracy": spread(file["accuracy"] for file in files),
        "errors": spread(file["errors"] for file in files),
        "groups_wrong": spread(file["groups_with_errors"] for file in files),
        "wall_minutes": max(row["wall_seconds"] for row in rows) / 60,
        "cpu_minutes": max(row["cpu_seconds"] for row in rows) / 60,
        "speedup_1": theirs["1"] / ours["1"],
        "speedup_32": theirs["32"] / ours["32"],
        "accepted": {
            kind: spread(row["out_of_distribution"][place]["accepted"] for row in trust)
            for place, kind in enumerate(kinds)
        },
        "corruptions": spread(mean(c["accuracy"] for c in row["corruptions"]) for row in trust),
    }


def _serving(row: dict[str, Any]) -> dict[str, Any]:
    """Our service's figures over others', as the benchmark has them, and the goals missed."""
    found = ratios_by_case(row)
    met = [
        is_met(ratio, goal)
        for case, ratios in found.items()
        for ratio, goal in zip(ratios, goals(*case), strict=True)
        if goal is not None
    ]

    def over(what: str, server: str, *sizes: str) -> dict[str, float]:
        place = RATIOS.index((what, server))
        return spread(ratios[place] for (size, _), ratios in found.items() if size in sizes)

    return {
        "fastapi": over("images/s", BASELINE, "4 KB", "60 KB"),
        "configured": over("images/s", CONFIGURED, "4 KB", "60 KB"),
        "fastapi_p99": over("p99", BASELINE, "4 KB", "60 KB"),
        "fastapi_batch": over("images/s", BASELINE, "64 x 4 KB"),
        "shipped_small": over("images/s", SHIPPED, "4 KB"),
        "shipped_large": over("images/s", SHIPPED, "60 KB"),
        "goals": len(met),
        "goals_met": met.count(True),
        "goals_missed": met.count(False),
    }


def _soak(samples: list[dict[str, float]]) -> dict[str, float]:
    """Resident memory over the requests, relative to the start."""
    memory = [sample["rss"] for sample in samples]
    return {
        "peak": max(memory) / memory[0] - 1,
        "end": memory[-1] / memory[0] - 1,
        "requests": samples[-1]["requests"],
    }
