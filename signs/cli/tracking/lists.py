"""Signs of clips in the forms that other programs read: JSON, CSV, MOT Challenge."""

import csv
import json
from pathlib import Path
from typing import IO

from signs.catalog.label_space import LabelSpace
from signs.cli.json_stream import JsonStream
from signs.cli.output import writing
from signs.clips.following import ClipResult, ClipSink, Seen
from signs.clips.listing import (
    answer_values,
    clip_values,
    head_values,
    sighting_values,
    span_values,
)
from signs.errors import encodable
from signs.media.clip import ClipFrame, ClipInfo

COLUMNS = (
    "path", "width", "height", "fps", "duration_s", "model_version", "track", "class_id", "name",
    "stvo", "probability", "known", "recognized", "first_s", "last_s", "frames", "error",
)  # fmt: skip


class JsonClips(ClipSink):
    """A list with an object for each clip.

    Args:
        stream: where it goes.
        version: of the model that names signs.
    """

    def __init__(self, stream: IO[str], label_space: LabelSpace, version: str) -> None:
        self._list = JsonStream(stream)
        self._label_space, self._version = label_space, version

    def clip(self, result: ClipResult) -> None:
        """Write a clip."""
        values = clip_values(result, self._label_space, self._version)
        self._list.add({"path": result.name, **values})

    def end(self) -> None:
        """Write the list's end."""
        self._list.end()


class JsonLines(ClipSink):
    """A line for each frame, while the clip is read.

    Args:
        stream: where the lines go.
    """

    def __init__(self, stream: IO[str], label_space: LabelSpace) -> None:
        self._stream, self._label_space = stream, label_space
        self._path = ""

    def begin(self, path: str, info: ClipInfo) -> None:
        """Note the clip that the frames are of."""
        self._path = encodable(path)

    def frame(self, frame: ClipFrame, seen: Seen) -> None:
        """Write a line, and do not keep it back."""
        signs = []
        for track, sighting in seen:
            place = sighting_values(sighting)
            box = {"box": place["box"], "score": place["score"]}
            signs.append({**answer_values(track, self._label_space), **box})
        line = {
            "path": self._path, "frame": frame.number, "time_s": round(frame.time_s, 3),
            "signs": signs,
        }  # fmt: skip
        print(json.dumps(line), file=self._stream, flush=True)


class CsvClips(ClipSink):
    """A row for each sign, and one for each clip without any.

    Args:
        stream: a file in UTF-8, opened with `newline=""`.
        version: of the model that names signs.
    """

    def __init__(self, stream: IO[str], label_space: LabelSpace, version: str) -> None:
        self._writer = csv.DictWriter(stream, COLUMNS)
        self._writer.writeheader()
        self._label_space, self._version = label_space, version

    def clip(self, result: ClipResult) -> None:
        """Write the rows of a clip."""
        head = {
            "path": result.name,
            **head_values(result, self._version),
            "error": result.error or "",
        }
        for track in result.tracks:
            answer, span = answer_values(track, self._label_space), span_values(track)
            self._writer.writerow({**head, **answer, **span, "frames": len(track.sightings)})
        if not result.tracks:
            self._writer.writerow(head)


class MotFiles(ClipSink):
    """For each clip a file as MOT Challenge has them: a line for each sign in each frame.

    Frames and tracks count from 1; left and top are those of the first pixel plus 1. After P.
    Dendorfer et al., "MOTChallenge", IJCV 129, 2021.

    Args:
        targets: the file of each clip.
    """

    def __init__(self, targets: dict[str, Path]) -> None:
        self._targets = targets

    def clip(self, result: ClipResult) -> None:
        """Write the file of a clip that could be opened."""
        if result.info is None:
            return
        rows = sorted(
            (sighting.frame + 1, track.number, sighting)
            for track in result.tracks
            for sighting in track.sightings
        )
        with writing(self._targets[result.path]) as path, path.open("w", newline="\n") as stream:
            for frame, number, sighting in rows:
                left, top, right, bottom = sighting.box.tolist()
                box = f"{left + 1:.2f},{top + 1:.2f},{right - left:.2f},{bottom - top:.2f}"
                stream.write(f"{frame},{number},{box},{sighting.score:.6f},-1,-1,-1\n")
