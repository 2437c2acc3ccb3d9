"""Signs of clips in a table for the terminal."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Column, Table

from signs.catalog.label_space import LabelSpace
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


def shown_name(track: Track, label_space: LabelSpace) -> str:
    """The name of a sign, with a question mark where it is not recognized."""
    name = label_space.names[track.class_id]
    return name if track.recognized else f"{name}?"


class TrackTable(ClipSink):
    """A line for each sign, and one for each clip without any.

    Args:
        reader: what answers.
    """

    def __init__(self, reader: SceneReader) -> None:
        detector, recognizer = reader.detector.info, reader.recognizer.info
        self._label_space = recognizer.label_space
        caption = f"{model_title(detector)}; {model_title(recognizer)}; ?: not recognized"
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
        table = Table(
            Column("clip", overflow="fold"), Column("seen", no_wrap=True),
            Column("sign", overflow="fold"), Column("StVO", no_wrap=True),
            Column("probability", justify="right", no_wrap=True),
            Column("frames", justify="right", no_wrap=True),
            caption=caption, caption_justify="left",
        )  # fmt: skip
        last = None
        for result, track in rows:
            clip = "" if result is last else escape(printable(result.path))
            last = result
            if track is None:
                table.add_row(clip, "", "[dim]no sign[/dim]")
                continue
            name = escape(shown_name(track, self._label_space))
            table.add_row(
                clip,
                f"{clock(track.first_s)} to {clock(track.last_s)}",
                name if track.recognized else f"[yellow]{name}[/yellow]",
                escape(self._label_space.numbers[track.class_id]),
                f"{track.probability:.1%}",
                f"{len(track.sightings):,}",
            )
        return table
