"""Signs in a table for the terminal."""

from collections.abc import Sequence
from itertools import chain, repeat

from PIL import Image
from rich.markup import escape
from rich.table import Column, Table

from signs.cli.detecting.results import PictureResult
from signs.cli.tables import LongTable, model_title
from signs.errors import printable
from signs.inference.scene_reader import SceneReader


class SignTable:
    """A line for each sign, and one for each picture without any; unread files are left out.

    Args:
        reader: what answers.
        everything: whether signs that are not recognized are among them.
    """

    def __init__(self, reader: SceneReader, everything: bool) -> None:
        detector, recognizer = reader.detector.info, reader.recognizer.info
        mark = "?: not recognized; " if everything else ""
        caption = (
            f"{model_title(detector)}; {model_title(recognizer)}; {mark}recognized: score is at "
            f"least {detector.threshold:.1%}, and the model knows the sign"
        )
        self._everything = everything
        self._table: LongTable[PictureResult] = LongTable(self._table_of, caption)

    def add(self, result: PictureResult, picture: Image.Image | None) -> None:
        """Take a picture's signs, and perhaps print those before it."""
        if result.error is None:
            self._table.add(result)

    def end(self) -> None:
        """Print what is left."""
        self._table.end()

    def _table_of(self, results: Sequence[PictureResult], caption: str | None) -> Table:
        # What has few characters stays on a line where the terminal is narrow; names are folded.
        table = Table(
            Column("picture", overflow="fold"), Column("box", no_wrap=True),
            Column("sign", overflow="fold"), Column("StVO", no_wrap=True),
            Column("score", justify="right", no_wrap=True), Column("category", no_wrap=True),
            caption=caption, caption_justify="left",
        )  # fmt: skip
        for result in results:
            heads = chain([escape(printable(str(result.path)))], repeat(""))
            for sign in result.signs:
                name = escape(sign.name) if sign.recognized else f"[yellow]{escape(sign.name)}?[/]"
                box = ", ".join(f"{side:.0f}" for side in sign.box)
                score = f"{sign.score:.1%}"
                table.add_row(next(heads), box, name, escape(sign.stvo), score, sign.category)
            if not result.signs:
                what = "no sign" if self._everything else "no sign recognized"
                table.add_row(next(heads), "", f"[dim]{what}[/dim]")
        return table
