"""Where a recorder was at a time, after its GPX file (https://www.topografix.com/GPX/1/1/)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.parsers import expat

import numpy as np
import numpy.typing as npt

from signs.errors import SignsError

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class GpxTrack:
    """Points in the order of time.

    Attributes:
        times: float64[N], in seconds since 1970, not decreasing.
        places: float64[N, 2]: longitude and latitude in degrees.
        pieces: int64[N]: the segment of each point. Between two, the recorder was off.
    """

    times: Values
    places: Values
    pieces: npt.NDArray[np.int64]

    def at(self, time: float) -> tuple[float, float] | None:
        """Longitude and latitude at a time, on a straight line between two points.

        Returns:
            None where the recorder was not on.
        """
        after = int(np.searchsorted(self.times, time))
        if after < len(self.times) and self.times[after] == time:
            longitude, latitude = self.places[after].tolist()
            return longitude, latitude
        if not 0 < after < len(self.times) or self.pieces[after - 1] != self.pieces[after]:
            return None
        before = self.times[after - 1]
        share = (time - before) / (self.times[after] - before)
        start, end = self.places[after - 1], self.places[after]
        longitude, latitude = (start + share * (end - start)).tolist()
        return longitude, latitude


class _PointReader:
    """Takes the points of tracks out of the XML."""

    def __init__(self) -> None:
        self.points: list[tuple[float, float, float, int]] = []  # time, longitude, latitude, piece
        self._piece = 0
        self._place: tuple[float, float] | None = None
        self._text: list[str] | None = None
        self._time: str | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "trkseg":
            self._piece += 1
        elif name == "trkpt":
            longitude, latitude = float(attributes["lon"]), float(attributes["lat"])
            if not (abs(longitude) <= 180 and abs(latitude) <= 90):  # NaN is not either
                raise ValueError(f"{latitude}, {longitude} lies outside of the earth")
            self._place = (longitude, latitude)
            self._time = None
        elif name == "time" and self._place is not None:
            self._text = []

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "time" and self._text is not None:
            self._time, self._text = "".join(self._text).strip(), None
        elif name == "trkpt" and self._place is not None:
            if self._time is not None:
                self.points.append((_seconds(self._time), *self._place, self._piece))
            self._place = None

    def characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)


def _seconds(text: str) -> float:
    time = datetime.fromisoformat(text)
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _refuse_definitions(*_: object) -> None:
    """GPX defines no entities, and a file that does may want to fill the memory."""
    raise ValueError("it defines a document type, which GPX does not have")


def read_gpx(path: Path) -> GpxTrack:
    """Read the tracks of a GPX file.

    Raises:
        SignsError: it cannot be read, or has no points with a time.
    """
    reader, parser = _PointReader(), expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = _refuse_definitions
    try:
        with path.open("rb") as stream:
            parser.ParseFile(stream)
    except OSError as error:
        raise SignsError(f"cannot read {path}: {error.strerror or error}") from None
    except (expat.ExpatError, KeyError, ValueError) as error:
        raise SignsError(f"{path} is not a GPX file that can be read: {error}") from None
    if not reader.points:
        raise SignsError(f"{path} has no track whose points have a time: record it with times")
    points = np.array(sorted(reader.points))
    return GpxTrack(points[:, 0], points[:, 1:3], points[:, 3].astype(np.int64))
