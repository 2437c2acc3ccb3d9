"""Signs in a table for the terminal."""

from collections.abc import Sequence
from functools import partial
from itertools import chain, repeat

from PIL import Image
from rich.markup import escape
from rich.table import Column, Table

from signs.catalog.language import Language, names_in
from signs.cli.detecting.results import PictureResult
from signs.cli.language import said
from signs.cli.tables import LongTable, model_title
from signs.errors import printable
from signs.inference.scene_reader import SceneReader


class SignTable:
    """A line for each sign, and one for each picture without any; unread files are left out.

    Args:
        reader: what answers.
        everything: whether signs that are not recognized are among them.
    """

    def __init__(self, reader: SceneReader, everything: bool, language: Language) -> None:
        detector, recognizer = reader.detector.info, reader.recognizer.info
        self._say = partial(said, language=language)
        self._names = names_in(language, recognizer.label_space)
        recognized = self._say(
            "recognized: score is at least {threshold}, and the model knows the sign",
            threshold=f"{detector.threshold:.1%}",
        )
        parts = [model_title(detector, language), model_title(recognizer, language)]
        parts += [self._say("?: not recognized")] if everything else []
        self._everything = everything
        self._table: LongTable[PictureResult] = LongTable(
            self._table_of, "; ".join([*parts, recognized])
        )

    def add(self, result: PictureResult, picture: Image.Image | None) -> None:
        """Take a picture's signs, and perhaps print those before it."""
        if result.error is None:
            self._table.add(result)

    def end(self) -> None:
        """Print what is left."""
        self._table.end()

    def _table_of(self, results: Sequence[PictureResult], caption: str | None) -> Table:
        say = self._say
        # What has few characters stays on a line where the terminal is narrow; names are folded.
        table = Table(
            Column(say("picture"), overflow="fold"), Column(say("box"), no_wrap=True),
            Column(say("sign"), overflow="fold"), Column(say("StVO"), no_wrap=True),
            Column(say("score"), justify="right", no_wrap=True),
            Column(say("category"), no_wrap=True),
            caption=caption, caption_justify="left",
        )  # fmt: skip
        for result in results:
            heads = chain([escape(printable(str(result.path)))], repeat(""))
            for sign in result.signs:
                name = escape(self._names[sign.class_id])
                name = name if sign.recognized else f"[yellow]{name}?[/]"
                box = ", ".join(f"{side:.0f}" for side in sign.box)
                score = f"{sign.score:.1%}"
                category = say(sign.category)
                table.add_row(next(heads), box, name, escape(sign.stvo), score, category)
            if not result.signs:
                what = say("no sign") if self._everything else say("no sign recognized")
                table.add_row(next(heads), "", f"[dim]{what}[/dim]")
        return table
