"""Signs of clips to look at: clips with frames around them, and the best picture of each."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from PIL import Image

from signs.catalog.label_space import LabelSpace
from signs.catalog.language import Language
from signs.cli.output import writing
from signs.cli.png import save_png
from signs.clips.drawing import DrawnClip
from signs.clips.following import ClipResult, ClipSink, Seen
from signs.errors import SignsError
from signs.inference.scene_reader import crop_around
from signs.media.clip import ClipFrame, ClipInfo
from signs.records.scene import Boxes
from signs.records.track import Track

EDGE = 1.0  # pixels from the edge of a frame, within which a sign may be cut off
CUT = 0.25  # what the picture of a sign that may be cut off is worth, next to a whole one


class AnnotatedClips(ClipSink):
    """For each clip one with frames and names.

    Args:
        targets: the file of each clip.
        label_space: of the model that names signs.
        language: of the names.
    """

    def __init__(
        self, targets: dict[str, Path], label_space: LabelSpace, language: Language
    ) -> None:
        self._targets, self._label_space, self._language = targets, label_space, language
        self._files = ExitStack()
        self._drawn: DrawnClip | None = None
        self._empty, self._target = True, Path()

    def begin(self, path: str, info: ClipInfo) -> None:
        """Begin the file of a clip."""
        self._empty, self._target = True, self._targets[path]
        whole = self._files.enter_context(writing(self._target))
        drawn = DrawnClip(whole, info.fps, self._label_space, self._language)
        self._drawn = self._files.enter_context(drawn)

    def frame(self, frame: ClipFrame, seen: Seen) -> None:
        """Write a frame."""
        assert self._drawn is not None  # since the clip has begun
        try:
            self._drawn.add(frame, seen)
        except OSError as error:  # which would otherwise count as one of the CSV's
            raise SignsError(f"cannot write {self._target}: {error.strerror or error}") from None
        self._empty = False

    def clip(self, result: ClipResult) -> None:
        """Finish the file of a clip, of one that broke off too; one without frames has none."""
        if self._empty:
            self.abandon()
        self._drawn = None
        self._files.close()

    def abandon(self) -> None:
        """Remove a file that is not finished."""
        try:
            with self._files:
                if self._drawn is not None:
                    raise SignsError("the file is not finished")
        except SignsError:
            pass


class Snapshots(ClipSink):
    """For each sign a PNG file of the frame where it is seen best, cut to the sign.

    Its name is that of the clip, the number of the track, and the class id. Where a sign is seen
    best is decided by its size and score.

    Args:
        folder: where the files go.
        names: of the clips.
    """

    def __init__(self, folder: Path, names: dict[str, str]) -> None:
        self._folder, self._names = folder, names
        self._best: dict[int, tuple[float, Image.Image]] = {}
        self._name = ""

    def begin(self, path: str, info: ClipInfo) -> None:
        """Begin a clip."""
        self._best.clear()
        self._name = self._names[path]

    def frame(self, frame: ClipFrame, seen: Seen) -> None:
        """Keep what shows a sign better than the frames before."""
        for track, sighting in seen:
            worth = _worth(sighting.box, sighting.score, frame.pixels.shape)
            best = self._best.get(track.number)
            if best is None or worth > best[0]:
                crop = crop_around(Image.fromarray(frame.pixels), sighting.box)
                self._best[track.number] = (worth, crop)

    def passed(self, tracks: Sequence[Track]) -> None:
        """Write the pictures of signs that have passed."""
        for track in tracks:
            best = self._best.pop(track.number, None)
            if best is not None:
                name = f"{self._name}-{track.number}-{track.class_id}.png"
                save_png(best[1], self._folder / name)


def _worth(box: Boxes, score: float, shape: tuple[int, ...]) -> float:
    left, top, right, bottom = box.tolist()
    inside = min(left, top, shape[1] - right, shape[0] - bottom) > EDGE
    return (right - left) * (bottom - top) * score * (1 if inside else CUT)
