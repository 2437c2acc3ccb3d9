"""Tables for the terminal."""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import TextIOWrapper
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from signs.catalog.label_space import LabelSpace
from signs.catalog.language import Language, names_in
from signs.cli.language import said
from signs.errors import printable

if TYPE_CHECKING:  # `signs classes` needs neither onnxruntime nor numpy
    from signs.cli.predictions import FileResult
    from signs.data.tally import Counts
    from signs.inference.detector_info import DetectorInfo
    from signs.inference.model_info import ModelInfo

Result = TypeVar("Result")
IMAGES = 1000  # in one table
PIPED_WIDTH = 160  # columns of a table that goes to a file or another program


def print_table(table: RenderableType) -> None:
    """Print to stdout, as wide as the terminal."""
    if isinstance(sys.stdout, TextIOWrapper):  # letters that it lacks must not end the command
        sys.stdout.reconfigure(errors="backslashreplace")
    Console(width=None if sys.stdout.isatty() else PIPED_WIDTH).print(table)


def label_space_table(label_space: LabelSpace) -> Table:
    """A line for each sign, by class id."""
    table = Table("id", "name", "German", "StVO", "category", "shape")
    rows = zip(
        label_space.names,
        label_space.german,
        label_space.numbers,
        label_space.categories,
        label_space.shapes,
        strict=True,
    )
    for class_id, row in enumerate(rows):
        table.add_row(str(class_id), *(escape(cell) for cell in row))
    return table


class LongTable(Generic[Result]):
    """A table of results that come one after another.

    A table is as wide as its widest cell, so it is printed when it is complete; after `IMAGES`, the
    rest goes to another.

    Args:
        table_of: makes a table of results, with a caption.
        caption: of the last one.
    """

    def __init__(
        self, table_of: Callable[[Sequence[Result], str | None], Table], caption: str
    ) -> None:
        self._table_of = table_of
        self._caption = caption
        self._waiting: list[Result] = []

    def add(self, result: Result) -> None:
        """Take a result, and perhaps print those before it."""
        if len(self._waiting) == IMAGES:
            print_table(self._table_of(self._waiting, None))
            self._waiting.clear()
        self._waiting.append(result)

    def end(self) -> None:
        """Print what is left."""
        if self._waiting:
            print_table(self._table_of(self._waiting, self._caption))


class PredictionTable(LongTable["FileResult"]):
    """A line for each guess; files that could not be read are left out.

    Args:
        info: of the model that answers.
    """

    def __init__(self, info: "ModelInfo", language: Language) -> None:
        recognized = said(
            "recognized: known is at least {threshold}",
            language,
            threshold=f"{info.threshold:.1%}",
        )
        super().__init__(self._table_of, f"{model_title(info, language)}; {recognized}")
        self._language = language
        self._names = names_in(language, info.label_space)

    def add(self, result: "FileResult") -> None:
        """Take an answer, and perhaps print those before it."""
        if result.guesses:
            super().add(result)

    def _table_of(self, predictions: "Sequence[FileResult]", caption: str | None) -> Table:
        say = partial(said, language=self._language)
        table = Table(
            Column(say("image"), overflow="fold"),
            say("recognized"),
            Column(say("known"), justify="right"),
            say("sign"),
            say("StVO"),
            Column(say("probability"), justify="right"),
            caption=caption,
            caption_justify="left",
        )
        for prediction in predictions:
            recognized = say("yes") if prediction.recognized else f"[yellow]{say('no')}[/yellow]"
            head = (escape(printable(str(prediction.path))), recognized, f"{prediction.known:.1%}")
            heads = chain([head], repeat(("", "", "")))
            for rank, (guess, head) in enumerate(zip(prediction.guesses, heads, strict=False), 1):
                table.add_row(
                    *head,
                    escape(self._names[guess.class_id]),
                    escape(guess.stvo),
                    f"{guess.probability:.2%}",
                    style=None if rank == 1 else "dim",
                    end_section=1 < rank == len(prediction.guesses),
                )
        return table


def model_title(info: "ModelInfo | DetectorInfo", language: Language = Language.ENGLISH) -> str:
    """A model for captions, with rich's markup escaped."""
    values = {"version": info.version, "arch": info.arch, "data": escape(info.data)}
    if info.task == "recognize":
        return said("model {version} ({arch}), trained on {data}", language, **values)
    return said("detector {version} ({arch}), trained on {data}", language, **values)


def tally_table(
    tallies: "Mapping[str, Counts[Any]]", label_space: LabelSpace, counted: str = "images"
) -> Table:
    """A line for each class that is there, with what is counted and its groups in each part."""
    table = Table("class")
    for part, tally in tallies.items():
        table.add_column(f"{part} {counted}", justify="right")
        if tally.groups:
            table.add_column(f"{part} groups", justify="right")
    for label in sorted(set().union(*(tally.classes for tally in tallies.values()))):
        cells = [escape(_label_title(label, label_space))]
        for tally in tallies.values():
            cells.append(str(tally.classes[label]))
            if tally.groups:
                cells.append(str(len(tally.groups.get(label, ()))))
        table.add_row(*cells)
    return table


def _label_title(label: int, label_space: LabelSpace) -> str:
    """A label of a source in words: those of scenes need not be class ids."""
    from signs.records.scene import IGNORED  # not at the top: it needs numpy

    if 0 <= label < len(label_space):
        return label_space.title(label)
    if label == label_space.outside_label:
        return "signs outside of the label space"
    return "regions to ignore" if label == IGNORED else f"{label} (not a class id)"
