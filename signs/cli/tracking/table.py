"""Signs of clips in a table for the terminal."""

from collections.abc import Sequence
from functools import partial

from rich.markup import escape
from rich.table import Column, Table

from signs.catalog.language import Language, names_in
from signs.cli.language import said
from signs.cli.tables import LongTable, model_title
from signs.clips.following import ClipResult, ClipSink
from signs.errors import printable
from signs.inference.scene_reader import SceneReader
from signs.records.track import Track

Row = tuple[ClipResult, Track | None]


def clock(seconds: float) -> str:
    """Seconds as players show them: 0:14, 1:02:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class TrackTable(ClipSink):
    """A line for each sign, and one for each clip without any.

    Args:
        reader: what answers.
    """

    def __init__(self, reader: SceneReader, language: Language) -> None:
        detector, recognizer = reader.detector.info, reader.recognizer.info
        self._say = partial(said, language=language)
        self._names = names_in(language, recognizer.label_space)
        self._numbers = recognizer.label_space.numbers
        titles = (model_title(detector, language), model_title(recognizer, language))
        caption = "; ".join([*titles, self._say("?: not recognized")])
        self._table: LongTable[Row] = LongTable(self._table_of, caption)

    def clip(self, result: ClipResult) -> None:
        """Take a clip's signs, and perhaps print those before it."""
        if result.info is None:
            return
        for track in result.tracks:
            self._table.add((result, track))
        if not result.tracks:
            self._table.add((result, None))

    def end(self) -> None:
        """Print what is left."""
        self._table.end()

    def _table_of(self, rows: Sequence[Row], caption: str | None) -> Table:
        say = self._say
        table = Table(
            Column(say("clip"), overflow="fold"), Column(say("seen"), no_wrap=True),
            Column(say("sign"), overflow="fold"), Column(say("StVO"), no_wrap=True),
            Column(say("probability"), justify="right", no_wrap=True),
            Column(say("frames"), justify="right", no_wrap=True),
            caption=caption, caption_justify="left",
        )  # fmt: skip
        last = None
        for result, track in rows:
            clip = "" if result is last else escape(printable(result.path))
            last = result
            if track is None:
                table.add_row(clip, "", f"[dim]{say('no sign')}[/dim]")
                continue
            name = escape(self._names[track.class_id])
            span = say("{first} to {last}", first=clock(track.first_s), last=clock(track.last_s))
            table.add_row(
                clip,
                span,
                name if track.recognized else f"[yellow]{name}?[/yellow]",
                escape(self._numbers[track.class_id]),
                f"{track.probability:.1%}",
                f"{len(track.sightings):,}",
            )
        return table
