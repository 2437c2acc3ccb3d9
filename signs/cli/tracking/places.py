"""Signs of clips on the map: GeoJSON (RFC 7946), by the times of frames and of a GPX track."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from signs.catalog.label_space import LabelSpace
from signs.cli.output import writing
from signs.cli.tracking.gpx import GpxTrack
from signs.clips.following import ClipResult, ClipSink
from signs.clips.listing import answer_values, span_values
from signs.errors import printable


class GeoJsonSigns(ClipSink):
    """A point for each sign: where the camera was when the sign is last seen, and so is nearest.

    Args:
        target: the file.
        track: where the camera was.
        offset: seconds that the clock of the track is ahead of that of the clips.
    """

    def __init__(
        self, target: Path, track: GpxTrack, offset: float, label_space: LabelSpace
    ) -> None:
        self._target, self._track, self._offset = target, track, offset
        self._label_space = label_space
        self._features: list[dict[str, Any]] = []

    def clip(self, result: ClipResult) -> None:
        """Take the signs of a clip."""
        if result.info is None:
            return
        started = result.info.started
        begin = self._track.times[0] if started is None else started.timestamp()
        if started is None:
            _say(result, "does not say when it begins: taken to begin with the GPX track")
        outside = 0
        for track in result.tracks:
            time = float(begin) + track.last_s + self._offset
            place = self._track.at(time)
            if place is None:
                outside += 1
                continue
            when = datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds")
            properties = {**answer_values(track, self._label_space), **span_values(track)}
            self._features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [round(x, 7) for x in place]},
                    "properties": {"path": result.name, **properties, "time": when},
                }
            )
        if outside:
            _say(result, f"the GPX track has no place for the time of {outside:,} signs")

    def end(self) -> None:
        """Write the file."""
        content = {"type": "FeatureCollection", "features": self._features}
        with writing(self._target) as path:
            text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
            path.write_text(text, encoding="utf-8", newline="\n")


def _say(result: ClipResult, text: str) -> None:
    print(f"{printable(result.path)}: {text}", file=sys.stderr)
