"""What became of each sign, in clips that can be worked out by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from signs.evaluation.drives.figures import FollowedClip, GivenName, figures, sign_table
from signs.records.drive import DriveTruth, Trajectories
from signs.records.track import Sighting, Track

LARGE, SMALL, FAR = (0, 0, 40, 40), (200, 0, 210, 10), (500, 500, 540, 540)
STOP, YIELD, OUTSIDE = 14, 13, 43
Box = tuple[int, int, int, int]


def clip(tracks: list[Track], names: list[GivenName]) -> FollowedClip:
    """Ten frames in 0.9 seconds, with a large stop sign and a small one."""
    rows = [
        (f, n, np.array(b, np.float32)) for f in range(10) for n, b in enumerate((LARGE, SMALL))
    ]
    truth = DriveTruth(
        np.arange(10) / 10, Trajectories.of(rows), np.array([STOP, STOP]), np.ones(20, np.bool_)
    )
    return FollowedClip(truth, tuple(tracks), tuple(names), OUTSIDE)


def track(number: int, box: Box, frames: range, class_id: int, recognized: bool = True) -> Track:
    sightings = [Sighting(f, f / 10, np.array(box, np.float32), 0.9) for f in frames]
    return Track(number, tuple(sightings), class_id, 0.9, 0.9, recognized)


def names(number: int, frames: range, class_id: int | None) -> list[GivenName]:
    return [GivenName(frame, number, class_id) for frame in frames]


WHOLE = range(10)
NOTHING = {"found": 0, "named_right": 0, "named_wrong": 0, "false_tracks": 0, "false_names": 0}


@pytest.mark.parametrize(
    ("tracks", "given", "expected"),
    [
        ([], [], {**NOTHING, "signs": 1, "until_named_s": None, "minutes": 0.9 / 60}),
        (
            [track(1, LARGE, WHOLE, STOP)],
            names(1, range(3, 10), STOP),
            {
                "found": 1,
                "named_right": 1,
                "until_named_s": 0.3,
                "meters_before": 0.6 / 0.072,
            },
        ),
        ([track(1, LARGE, WHOLE, YIELD)], [], {"found": 1, "named_right": 0, "named_wrong": 1}),
        ([track(1, LARGE, WHOLE, STOP, False)], [], {"found": 1, "named_right": 0}),
        ([track(1, SMALL, WHOLE, STOP)], [], NOTHING),  # found, but too small to count
        ([track(1, FAR, WHOLE, STOP)], [], {**NOTHING, "false_tracks": 1, "false_names": 1}),
        ([track(1, FAR, WHOLE, STOP, False)], [], {"false_tracks": 1, "false_names": 0}),
        # The longest of two tracks decides; a wrong name counts in any.
        (
            [track(1, LARGE, range(7), STOP), track(2, LARGE, range(7, 10), YIELD)],
            [],
            {"found": 1, "named_right": 1, "named_wrong": 1, "switches": 1},
        ),
        (
            [track(1, LARGE, WHOLE, STOP)],
            [
                *names(1, range(3), YIELD),
                *names(1, range(3, 6), None),
                *names(1, range(6, 8), STOP),
            ],
            {"class_changes": 1, "until_named_s": 0.6},
        ),
    ],
)
def test_figures_by_hand(
    tracks: list[Track], given: list[GivenName], expected: dict[str, Any]
) -> None:
    found = figures([clip(tracks, given)])
    assert {name: found[name] for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize(("recognized", "named"), [(True, 1), (False, 0)])
def test_outside_signs_count_apart(recognized: bool, named: int) -> None:
    made = clip([track(1, LARGE, WHOLE, STOP, recognized)], [])
    truth = replace(made.truth, labels=np.array([OUTSIDE, STOP]))
    found = figures([replace(made, truth=truth)])
    assert (found["signs"], found["named_wrong"], found["false_tracks"]) == (0, 0, 0)
    assert (found["outside_signs"], found["outside_named"]) == (1, named)


def test_a_row_for_each_sign_that_counts() -> None:
    named = clip([track(1, LARGE, WHOLE, STOP)], names(1, range(3, 10), STOP))
    table = sign_table([clip([], []), named])
    assert table["clip"].tolist() == [0, 1]
    assert table["class_id"].tolist() == [STOP, STOP]
    assert table["largest"].tolist() == [40, 40]
    assert table["named_right"].tolist() == [False, True]
    assert table["until_named_s"].fillna(-1).tolist() == pytest.approx([-1, 0.3])
    assert sign_table([]).empty
