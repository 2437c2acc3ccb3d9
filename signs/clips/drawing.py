"""A clip with boxes and names around its signs."""

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from PIL import Image

from signs.catalog.detection_categories import CATEGORIES, categories_of
from signs.catalog.label_space import LabelSpace
from signs.catalog.language import Language, names_in
from signs.clips.following import Seen
from signs.inference.annotate import Mark, annotate
from signs.media.ahead import Behind
from signs.media.clip import ClipFrame
from signs.media.writing import ClipWriter
from signs.records.track import Sighting, Track

WAITING = 4  # frames between detecting and writing


class DrawnClip:
    """An MP4 file that is drawn in a thread; a context, which finishes the file.

    Args:
        path: of the file.
        fps: frames a second on average, where that is known.
        label_space: of the model that names signs.
        language: of the names.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(
        self, path: Path, fps: float | None, label_space: LabelSpace, language: Language
    ) -> None:
        self._names = names_in(language, label_space)
        self._categories = [CATEGORIES[i] for i in categories_of(label_space)]
        self._writer = ClipWriter(path, fps)
        self._behind: Behind[tuple[ClipFrame, list[Mark]]] = Behind(self._write, WAITING)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._writer:
            self._behind.close()

    def add(self, frame: ClipFrame, seen: Seen) -> None:
        """Draw a frame, with the tracks in it as they are known by then."""
        self._behind.add((frame, [self._mark(*each) for each in seen]))

    def _write(self, item: tuple[ClipFrame, list[Mark]]) -> None:
        frame, marks = item
        drawn = annotate(Image.fromarray(frame.pixels), marks)
        self._writer.add(np.asarray(drawn), frame.time_s)

    def _mark(self, track: Track, sighting: Sighting) -> Mark:
        left, top, right, bottom = sighting.box.tolist()
        box = (left, top, right, bottom)
        if not track.recognized:
            return Mark(box, "?", "")
        name = self._names[track.class_id]
        return Mark(box, f"{name} {track.probability:.0%}", self._categories[track.class_id])
