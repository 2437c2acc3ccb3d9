"""Recognizers on labeled crops."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from signs.cli.evaluating.parts import Reading
from signs.errors import SignsError
from signs.evaluation.metrics import Results
from signs.inference.preprocess import ImageError, preprocess
from signs.inference.recognizer import BATCH, Recognizer
from signs.records.answers import Answers
from signs.records.packed import Strings
from signs.records.photo import Photo
from signs.splitting.infer import infer_groups

Array = npt.NDArray[np.uint8]
SMALL = 48  # pixels: the side at which images are compared, that of the default recognizer
MAX_COMPARED = 40_000  # images whose groups are inferred: 7 kB of memory each


@dataclass
class CropAnswers:
    """What recognizers answered for the crops that could be read, N of them.

    Attributes:
        reading: which crops they are.
        labels: int64[N], the truth.
        groups: str[N], the physical sign that each shows; those of one sign are near-copies.
        grouped: whether groups are known, or inferred from the order; else each crop is its own.
        answers: of each recognizer.
        results: the same beside the truth.
    """

    reading: Reading
    labels: npt.NDArray[np.int64]
    groups: Strings
    grouped: bool
    answers: list[Answers]
    results: list[Results]


@dataclass
class _Waiting:
    """Crops on their way through the recognizers, by the side of their input."""

    recognizers: Sequence[Recognizer]
    images: dict[int, list[Array]] = field(default_factory=lambda: defaultdict(list))
    answers: list[list[Answers]] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.answers = [[] for _ in self.recognizers]

    def add(self, data: bytes) -> None:
        """Take a crop.

        Raises:
            ImageError: it cannot be read.
        """
        sides = {recognizer.image_size for recognizer in self.recognizers}
        made = {side: preprocess(data, side) for side in sides}
        for side, image in made.items():
            self.images[side].append(image)
        self.count += 1
        if self.count == BATCH:
            self.answer()

    def answer(self) -> None:
        """Ask the recognizers for those that wait."""
        for recognizer, answers in zip(self.recognizers, self.answers, strict=True):
            answers.append(recognizer.answer(self.images[recognizer.image_size]))
        self.images.clear()
        self.count = 0


def answer_crops(
    photos: Iterable[Photo], recognizers: Sequence[Recognizer], source: str, need_groups: bool
) -> CropAnswers:
    """Ask recognizers of one label space for each crop, a few at a time.

    Of a crop, a few hundred bytes are kept, and 7 kB where its group must be inferred.

    Args:
        source: the name of the crops' source.
        need_groups: whether groups that are not named are to be inferred.

    Raises:
        SignsError: a label is not of the label space, or no crop can be read.
    """
    reading, waiting, groups = Reading(), _Waiting(recognizers), _Groups(need_groups)
    labels = []
    for place, photo in enumerate(photos):
        _check_label(photo, recognizers[0], source)
        try:
            waiting.add(photo.data)
        except ImageError as error:
            reading.unreadable.append(f"{photo.name}: {error}")
            continue
        reading.places.append(place)
        reading.names.append(photo.name)
        labels.append(photo.label)
        groups.add(photo)
    reading.require_some(source, "images")
    waiting.answer()
    truth = np.array(labels, np.int64)
    answers = [_joined(parts) for parts in waiting.answers]
    space = recognizers[0].info.label_space
    results = [Results(each.probabilities, truth, space) for each in answers]
    names = groups.find(truth)
    alone = np.arange(len(truth)).astype(np.str_)
    return CropAnswers(
        reading, truth, alone if names is None else names, names is not None, answers, results
    )


class _Groups:
    """The groups of crops that come one after another.

    Args:
        infer: whether groups are inferred where some are not named.
    """

    def __init__(self, infer: bool) -> None:
        self._infer = infer
        self._names: list[str | None] = []
        self._small: list[Array] = []
        self._sizes: list[tuple[int, int]] = []

    def add(self, photo: Photo) -> None:
        self._names.append(photo.group)
        if photo.group is None and self._infer and len(self._names) <= MAX_COMPARED:
            self._small.append(preprocess(photo.data, SMALL))
            self._sizes.append(Image.open(BytesIO(photo.data)).size)

    def find(self, labels: npt.NDArray[np.int64]) -> Strings | None:
        """The group of each crop; None where the source does not tell."""
        if None not in self._names:
            return np.array(self._names, np.str_)
        if len(self._small) < len(self._names):
            return None
        try:
            return infer_groups(labels, np.stack(self._small), np.array(self._sizes), "group")
        except SignsError:  # the order of the crops carries no information
            return None


def _check_label(photo: Photo, recognizer: Recognizer, source: str) -> None:
    count = len(recognizer.info.label_space)
    if not 0 <= photo.label < count:
        raise SignsError(
            f"{source}: image {photo.name} has label {photo.label}, which the model lacks: it has "
            f"the class ids 0 to {count - 1}, which `signs classes --model FILE` lists"
        )


def _joined(parts: Sequence[Answers]) -> Answers:
    return Answers(
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate([part.known for part in parts]),
        np.concatenate([part.recognized for part in parts]),
    )
