"""Each sign of a clip comes out as one track, whatever the camera and the detector do."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.video.follow import MAX_GAP_S, SignFollower
from tests.video.made import RATE, SIZE, THRESHOLD, Seen, ahead, detections, drive, follow

Frames = list[list[Seen]]


def one_sign() -> Frames:
    return [[Seen(box)] for box in drive(4, 1, 60, 8)]


def gaps() -> Frames:
    """Every third frame, and half a second in the middle, lack the sign."""
    return [
        [] if frame % 3 == 0 or 30 <= frame < 42 else seen for frame, seen in enumerate(one_sign())
    ]


def faint_at_times() -> Frames:
    return [
        [Seen(seen[0].box, score=0.15 if 20 < frame < 60 else 0.8)]
        for frame, seen in enumerate(one_sign())
    ]


def shaken() -> Frames:
    rng = np.random.default_rng(0)
    frames = []
    for (seen,) in one_sign():
        dx, dy = rng.normal(0, 8, 2)
        left, top, right, bottom = seen.box
        frames.append([Seen((left + dx, top + dy, right + dx, bottom + dy))])
    return frames


def in_a_turn() -> Frames:
    """The picture moves sideways by 15 pixels a frame, more than the sign is wide at first."""
    frames = []
    for frame, (seen,) in enumerate(one_sign()[:40]):
        left, top, right, bottom = seen.box
        frames.append([Seen((left - 15 * frame, top, right - 15 * frame, bottom))])
    return frames


def on_one_post() -> Frames:
    pairs = zip(drive(4, 1.4, 60, 8), drive(4, 0.7, 60, 8), strict=True)
    return [[Seen(above, class_id=4), Seen(below, class_id=9)] for above, below in pairs]


def both_sides() -> Frames:
    pairs = zip(drive(4, 1, 60, 8), drive(-5, 1, 60, 8), strict=True)
    return [[Seen(left), Seen(right)] for left, right in pairs]


def doubled() -> Frames:
    """Beside each box a larger one around the same sign."""
    frames = []
    for (seen,) in one_sign():
        left, top, right, bottom = seen.box
        more = 0.3 * (right - left)
        larger = (left - more, top - more, right + more, bottom + more)
        frames.append([seen, Seen(larger, score=0.4)])
    return frames


def flickers() -> Frames:
    """Something in one frame, at another place a second later."""
    return [[Seen(ahead(frame / 5, 1, 20))] if frame % 25 == 5 else [] for frame in range(100)]


def standing() -> Frames:
    return [[Seen(ahead(4, 1, 20))] for _ in range(100)]


def one_after_another() -> Frames:
    return one_sign() + [[] for _ in range(25)] + one_sign()


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        (one_sign, 1),
        (gaps, 1),
        (faint_at_times, 1),
        (shaken, 1),
        (in_a_turn, 1),
        (on_one_post, 2),
        (both_sides, 2),
        (doubled, 1),
        (flickers, 0),
        (standing, 1),
        (one_after_another, 2),
        (list, 0),
        (lambda: [[] for _ in range(10)], 0),
    ],
)
def test_a_sign_is_one_track(frames: Callable[[], Frames], expected: int) -> None:
    made = frames()
    tracks = follow(made)
    assert len(tracks) == expected
    assert [track.number for track in sorted(tracks, key=lambda t: t.number)] == list(
        range(1, expected + 1)
    )
    for track in tracks:
        times = [sighting.time_s for sighting in track.sightings]
        assert times == sorted(set(times))
        assert (track.first_s, track.last_s) == (times[0], times[-1])
        assert track.recognized


def test_tracks_on_one_post_do_not_change_places() -> None:
    for track, height in zip(follow(on_one_post()), (1.4, 0.7), strict=True):
        expected = np.array(drive(4, height, 60, 8), np.float32)
        assert np.array_equal(np.array([s.box for s in track.sightings]), expected)
        assert track.class_id == (4 if height == 1.4 else 9)
        assert track.probability > 0.9


@pytest.mark.parametrize("every", [1, 2, 5])
def test_sampled_frames_are_followed(every: int) -> None:
    frames = one_sign()[::every]
    times = [every * place / RATE for place in range(len(frames))]
    (track,) = follow(frames, times)
    assert len(track.sightings) == len(frames)


def test_gaps_count_in_seconds() -> None:
    """The same frames are one sign or two, by the time between them."""
    half = [[Seen(ahead(4, 1, 20))] for _ in range(5)]
    for pause, expected in ((0.5 * MAX_GAP_S, 1), (1.5 * MAX_GAP_S, 2)):
        times = [place / RATE for place in range(5)]
        times += [times[-1] + pause + place / RATE for place in range(5)]
        assert len(follow(half + half, times)) == expected


@pytest.mark.filterwarnings("error")
def test_a_stream_may_be_away_for_an_hour() -> None:
    times = [place / RATE for place in range(5)]
    half = [[Seen(ahead(4, 1, 20))] for _ in range(5)]
    assert len(follow(half + half, times + [3600 + time for time in times])) == 2


def test_a_live_track_is_given_from_its_second_frame_on() -> None:
    follower = SignFollower(THRESHOLD, GTSRB)
    given = [
        follower.add(frame, frame / RATE, SIZE, detections(seen))
        for frame, seen in enumerate(one_sign()[:5])
    ]
    assert [len(each) for each in given] == [0, 1, 1, 1, 1]
    track, sighting = given[-1][0]
    assert sighting is track.sightings[-1]
    assert [s.frame for s in track.sightings] == [0, 1, 2, 3, 4]
    assert not follower.ended()
    assert len(follower.finish()) == 1
    assert not follower.finish()


def test_a_sign_that_leaves_the_frame_has_passed() -> None:
    follower = SignFollower(THRESHOLD, GTSRB)
    boxes = drive(4, 1, 30, 6.2)
    for frame, box in enumerate(boxes):
        follower.add(frame, frame / RATE, SIZE, detections([Seen(box)]))
    for frame in range(len(boxes), len(boxes) + 5):
        follower.add(frame, frame / RATE, SIZE, detections([]))
    assert len(follower.ended()) == 1


def test_faint_detections_alone_make_no_track() -> None:
    faint: Sequence[Sequence[Seen]] = [[Seen(s[0].box, score=0.2)] for s in one_sign()]
    assert not follow(faint)
