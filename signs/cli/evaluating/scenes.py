"""Detectors and recognizers on labeled road scenes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO

from PIL import Image

from signs.catalog.label_space import LabelSpace
from signs.cli.evaluating.parts import Reading
from signs.errors import SignsError
from signs.evaluation.scenes.results import SceneResults
from signs.inference.scene_reader import SceneReader
from signs.pictures.decoding import decode
from signs.pictures.formats import ImageError
from signs.records.detections import Detections
from signs.records.scene import IGNORED, Scene
from signs.splitting.places import THUMBNAIL, infer_places

SMALL = (2 * THUMBNAIL[0], 2 * THUMBNAIL[1])  # pixels: at which scenes are compared
MAX_COMPARED = 40_000  # scenes whose places are inferred: 11 kB of memory each


@dataclass
class SceneAnswers:
    """What pairs of detector and recognizer found in the scenes that could be read.

    Attributes:
        reading: which scenes they are.
        results: of each pair. Their scenes have no picture.
        warnings: what a person should know of the labels, a line each.
    """

    reading: Reading
    results: list[SceneResults]
    warnings: list[str]


@dataclass
class _Labels:
    """What the labels of scenes are, counted while they pass."""

    inside: int = 0
    outside: int = 0
    dropped: list[str] = field(default_factory=list)

    def add(self, scene: Scene, label_space: LabelSpace) -> None:
        outside = int((scene.labels == label_space.outside_label).sum())
        self.outside += outside
        self.inside += int((scene.labels != IGNORED).sum()) - outside
        self.dropped.extend(scene.dropped)

    def warnings(self, source: str) -> list[str]:
        """What to know of them.

        Raises:
            SignsError: there are signs, and the label space lacks all of them.
        """
        if self.outside and not self.inside:
            raise SignsError(
                f"{source}: the model lacks all of its {self.outside} signs: name their classes as "
                "`signs classes --model FILE` does"
            )
        said = []
        if not self.inside:
            said.append("there is no sign in the scenes: figures that need one are left out")
        if self.outside:
            said.append(f"signs outside of the label space: {self.outside}")
        if self.dropped:
            said.append(f"boxes that were left out: {len(self.dropped)}, such as {self.dropped[0]}")
        return said


def answer_scenes(
    scenes: Iterable[Scene], readers: Sequence[SceneReader], source: str
) -> SceneAnswers:
    """Read each scene, one at a time, with pairs whose recognizers have one label space.

    Args:
        source: the name of the scenes' source.

    Raises:
        SignsError: no scene can be read, or the label space lacks all signs in them.
    """
    space = readers[0].recognizer.info.label_space
    reading, labels = Reading(), _Labels()
    found: list[list[Detections]] = [[] for _ in readers]
    kept: list[Scene] = []
    small: list[Scene] = []
    for place, scene in enumerate(scenes):
        try:
            picture = decode(scene.data)
        except ImageError as error:
            reading.unreadable.append(f"{scene.name}: {error}")
            continue
        reading.places.append(place)
        reading.names.append(scene.name)
        labels.add(scene, space)
        for answers, each in zip(found, _read(readers, picture), strict=True):
            answers.append(each)
        kept.append(replace(scene, data=b"", dropped=()))
        if len(small) < MAX_COMPARED:
            small.append(replace(kept[-1], data=_small(picture)))
    reading.require_some(source, "scenes")
    warnings = labels.warnings(source)
    # Beyond that, each scene counts as a place of its own.
    places = infer_places(small) if len(small) == len(kept) else None
    results = [SceneResults(tuple(kept), tuple(each), space, places) for each in found]
    return SceneAnswers(reading, results, warnings)


def _read(readers: Sequence[SceneReader], picture: Image.Image) -> list[Detections]:
    """The answers of each reader; a detector that two of them share is asked once."""
    candidates = {}
    for reader in readers:
        if reader.detector not in candidates:
            candidates[reader.detector] = reader.detector.find(picture)
    return [reader.name(picture, candidates[reader.detector]) for reader in readers]


def _small(picture: Image.Image) -> bytes:
    """A small gray copy."""
    stream = BytesIO()
    picture.convert("L").resize(SMALL, Image.Resampling.BOX).save(stream, "JPEG", quality=90)
    return stream.getvalue()
