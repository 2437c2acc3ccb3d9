"""What the vote is worth on GTSRB's groups of photos: errors per photo, and per sign."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.rows import ROOT, Row
from signs.data.open import open_source
from signs.errors import SignsError
from signs.inference.preprocess import decode, squash
from signs.inference.recognizer import Recognizer
from signs.inference.scene_reader import BORDER
from signs.params import load_params
from signs.records.answers import Answers
from signs.video.vote import CORRELATION, Vote

GROUPS = "tracks.csv"  # beside the photos: split, row, class_id, track
SEEN = 0.8  # the score of a detector, and its threshold: all photos show a sign alike
THRESHOLD = 0.3
BATCH = 64
CORRELATIONS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def vote_on_groups(source: str, recognizer: Path, part: str) -> Row:
    """Read the photos of a part, and vote in each group by the photos in their order.

    Args:
        source: a folder of photos with `GROUPS`.
        part: "train" or "test".

    Raises:
        SignsError: one of them is missing.
    """
    answers, labels, sizes = _answers(source, Recognizer(recognizer), part)
    listed = pd.read_csv(Path(source) / GROUPS).query("split == @part").sort_values("row")
    if len(listed) != len(labels):
        raise SignsError(f"{GROUPS} lists {len(listed)} photos, the folder has {len(labels)}")
    groups = [
        np.asarray(rows, np.intp)
        for rows in listed.groupby(["class_id", "track"], sort=True).indices.values()
    ]
    truth = np.array([labels[rows[0]] for rows in groups])

    def voted(correlation: float) -> Row:
        signs = [_voted(answers, rows, sizes, correlation) for rows in groups]
        return _figures(truth, *(np.array(column) for column in zip(*signs, strict=True)))

    return {
        "version": Recognizer(recognizer).info.version,
        "photos": len(labels),
        "photo_errors": int((answers.class_ids != labels).sum()),
        **voted(CORRELATION),
        "log_loss_at": {str(step): voted(step)["log_loss"] for step in CORRELATIONS},
    }


def _figures(
    truth: npt.NDArray[np.int64],
    best: npt.NDArray[np.int64],
    probabilities: npt.NDArray[np.float64],
    named: npt.NDArray[np.bool_],
) -> Row:
    """What the answers for signs come to."""
    wrong = best != truth
    return {
        "signs": len(truth),
        "sign_errors": int(wrong.sum()),
        "signs_named": int(named.sum()),
        "signs_named_wrong": int((named & wrong).sum()),
        "mean_probability": float(probabilities.mean()),
        "share_right": float(1 - wrong.mean()),
        "log_loss": float(-np.log(np.where(wrong, 1 - probabilities, probabilities)).mean()),
    }


def _answers(
    source: str, recognizer: Recognizer, part: str
) -> tuple[Answers, npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Answers, labels and the sizes of the signs in pixels, of all photos of a part."""
    opened = open_source(source, load_params("data", path=ROOT / "params.yaml").data)
    if part not in opened.parts:
        raise SignsError(f"{source} has no part {part!r}")
    parts, labels, sizes = [], [], []
    crops: list[npt.NDArray[np.uint8]] = []
    for photo in opened.parts[part]():
        image = decode(photo.data)
        labels.append(photo.label)
        sizes.append(float(np.sqrt(image.width * image.height)) / (1 + 2 * BORDER))
        crops.append(squash(image, recognizer.image_size))
        if len(crops) == BATCH:
            parts.append(recognizer.answer(crops))
            crops = []
    parts.append(recognizer.answer(crops))
    columns = ("probabilities", "known", "recognized")
    joined = [np.concatenate([getattr(part, name) for part in parts]) for name in columns]
    return Answers(*joined), np.array(labels, np.int64), np.array(sizes)


def _voted(
    answers: Answers,
    rows: npt.NDArray[np.intp],
    sizes: npt.NDArray[np.float64],
    correlation: float,
) -> tuple[int, float, bool]:
    """The class, its probability, and whether it is named."""
    vote = Vote(answers.probabilities.shape[1], THRESHOLD, correlation)
    for row in rows:
        known = float(answers.known[row])
        score = float(np.sqrt(SEEN * known) * answers.confidence[row])
        vote.add(answers.probabilities[row], known, float(sizes[row]), SEEN, score)
    class_id, probability, _ = vote.answer()
    return class_id, probability, vote.recognized
