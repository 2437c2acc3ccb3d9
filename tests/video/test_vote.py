"""The frames of a sign are heard together, by their weight, and not as independent ones."""

from collections.abc import Sequence

import numpy as np
import pytest

from signs.video.vote import SURE, Vote

CLASSES, THRESHOLD = 4, 0.3
RIGHT, WRONG = 1, 2
Frame = tuple[int, float, float, float]  # class, its probability, known, size

CLEAR: Frame = (RIGHT, 0.99, 0.95, 60)
TINY_WRONG: Frame = (WRONG, 0.9, 0.9, 8)
LARGE_WRONG: Frame = (WRONG, 0.99, 0.95, 60)
TORN: Frame = (RIGHT, 0.65, 0.9, 60)
OUTSIDE: Frame = (RIGHT, 0.9, 0.03, 60)


def probabilities(class_id: int, value: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    row = np.full(CLASSES, (1 - value) / (CLASSES - 1), np.float32)
    row[class_id] = value
    return row


def hear(vote: Vote, frame: Frame, sign_score: float = 0.8) -> None:
    class_id, value, known, size = frame
    row = probabilities(class_id, value)
    vote.add(row, known, size, sign_score, float(np.sqrt(sign_score * known) * row.max()))


def heard(frames: Sequence[Frame], sign_score: float = 0.8) -> Vote:
    vote = Vote(CLASSES, THRESHOLD)
    for frame in frames:
        hear(vote, frame, sign_score)
    return vote


@pytest.mark.parametrize(
    ("frames", "class_id", "recognized"),
    [
        ([CLEAR] * 3, RIGHT, True),
        ([*[TINY_WRONG] * 5, *[CLEAR] * 3], RIGHT, True),  # large frames say more
        ([*[CLEAR] * 9, LARGE_WRONG], RIGHT, True),  # one frame vetoes none
        ([TORN], RIGHT, False),  # not sure
        ([TORN] * 30, RIGHT, True),  # but always the same
        ([OUTSIDE] * 10, RIGHT, False),
        ([*[OUTSIDE] * 2, *[CLEAR] * 8], RIGHT, True),
    ],
)
def test_all_frames_have_their_say(frames: list[Frame], class_id: int, recognized: bool) -> None:
    vote = heard(frames)
    assert (vote.answer()[0], vote.recognized) == (class_id, recognized)


def test_between_two_classes_neither_is_named() -> None:
    vote = heard([(RIGHT, 0.6, 0.9, 60), (WRONG, 0.6, 0.9, 60)] * 5)
    assert vote.answer()[1] < SURE
    assert not vote.recognized


def test_known_is_voted_too() -> None:
    assert heard([CLEAR] * 5).answer()[2] > 0.95
    assert heard([OUTSIDE] * 5).answer()[2] < 0.05
    assert 0.05 < heard([OUTSIDE, CLEAR]).answer()[2] < 0.95


def test_frames_of_one_sign_do_not_make_it_certain() -> None:
    """A hundred frames that lean one way are worth a few independent ones."""
    few, many = (heard([TORN] * count).answer()[1] for count in (10, 1000))
    assert few < many < 0.999


def test_a_name_is_kept_unless_it_is_outvoted() -> None:
    vote = heard([CLEAR] * 3)
    hear(vote, LARGE_WRONG)
    assert (vote.answer()[0], vote.recognized) == (RIGHT, True)
    for _ in range(30):
        hear(vote, LARGE_WRONG)
    assert (vote.answer()[0], vote.recognized) == (WRONG, True)


def test_what_the_detector_doubts_is_not_named() -> None:
    assert not heard([CLEAR] * 10, sign_score=0.02).recognized
    assert heard([CLEAR] * 10, sign_score=0.5).recognized


@pytest.mark.parametrize("known", [0.0, 1.0])
@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize("sign_score", [0.0, 1.0])
def test_extremes_stay_probabilities(known: float, value: float, sign_score: float) -> None:
    vote = Vote(CLASSES, THRESHOLD)
    for _ in range(3):
        hear(vote, (RIGHT, value, known, 1.0), sign_score)
    posterior = vote.posterior
    assert posterior.sum() == pytest.approx(1)
    assert np.isfinite(posterior).all()
    _, probability, voted = vote.answer()
    assert 0 <= probability <= 1
    assert 0 <= voted <= 1
