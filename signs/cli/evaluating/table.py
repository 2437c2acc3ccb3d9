"""Figures in a table for the terminal."""

from rich.console import Group
from rich.markup import escape
from rich.table import Table

from signs.cli.evaluating.evaluation import Evaluation, Judgment
from signs.cli.tables import model_title, print_table
from signs.errors import printable
from signs.evaluation.bootstrap import Difference

NAMES = ("A", "B")  # of two models


def print_evaluation(evaluation: Evaluation) -> None:
    """Print what was read, and the figures of it."""
    groups = "" if evaluation.groups is None else f" of {evaluation.groups:,} {_shown(evaluation)}"
    print(
        printable(
            f"{evaluation.source} ({evaluation.layout}), part {evaluation.part}: "
            f"{evaluation.count:,} {evaluation.pictures}{groups}"
        )
    )
    print_table(Group(_table(evaluation), *_captions(evaluation)))


def _shown(evaluation: Evaluation) -> str:
    what = "sign" if evaluation.pictures == "images" else "place"
    return what if evaluation.groups == 1 else f"{what}s"


def _table(evaluation: Evaluation) -> Table:
    judgments = evaluation.judgments
    compared = len(judgments) > 1
    table = Table("figure")
    for heading in (*NAMES, "B - A", "interval") if compared else ("value",):
        table.add_column(heading, justify="right")
    for figure in dict.fromkeys(name for each in judgments for name in each.figures):
        cells = [_cell(each.figures.get(figure)) for each in judgments]
        if compared:
            cells += _difference(evaluation.differences.get(figure))
        table.add_row(figure, *cells)
    return table


def _captions(evaluation: Evaluation) -> list[str]:
    judgments = evaluation.judgments
    if len(judgments) == 1:
        return [_title(judgments[0])]
    titles = [f"{name}: {_title(each)}" for name, each in zip(NAMES, judgments, strict=True)]
    return [*titles, "interval: of 95 %, of the difference B - A in points"]


def _title(judgment: Judgment) -> str:
    infos = [judgment.detector_info, judgment.info]
    return "; ".join(model_title(info) for info in infos if info is not None)


def _cell(value: float | str | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return escape(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.2%}"


def _difference(difference: Difference | None) -> list[str]:
    if difference is None:
        return ["", ""]
    ends = difference.interval
    return [f"{100 * difference.value:+.2f}", f"{100 * ends.low:+.2f} to {100 * ends.high:+.2f}"]
