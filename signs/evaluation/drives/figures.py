"""What a person asks of a clip: which signs were found, and named right, and how soon."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from signs.evaluation.drives.identity import hota, idf1, switches
from signs.evaluation.drives.overlaps import matched, overlaps, pooled
from signs.inference.boxes import areas, pairwise_iou
from signs.records.drive import DriveTruth, Trajectories
from signs.records.track import Track

READABLE = 24.0  # pixels: a sign that gets larger counts among the figures
FALSE = 0.5  # share of a track's sightings that show a sign, below which the track is false
KMH_50 = 50 / 3.6  # meters per second


@dataclass(frozen=True, slots=True)
class GivenName:
    """What was said of a track while the clip ran.

    Attributes:
        frame: its number.
        track: its number.
        class_id: None where no name was given.
    """

    frame: int
    track: int
    class_id: int | None


@dataclass(frozen=True, slots=True, eq=False)
class FollowedClip:
    """A clip with what was made of it.

    Attributes:
        truth: the signs in it.
        tracks: all of them, final.
        names: of tracks in frames, in the order of time.
        outside_label: of signs that the label space lacks (`LabelSpace.outside_label`).
    """

    truth: DriveTruth
    tracks: tuple[Track, ...]
    names: tuple[GivenName, ...]
    outside_label: int


def figures(clips: Sequence[FollowedClip]) -> dict[str, Any]:
    """All figures of some clips.

    Returns:
        Counts of `signs` of the label space that get as large as `READABLE`, of those `found`,
        `named_right` and `named_wrong`; of `outside_signs` as large, and of those `outside_named`;
        `minutes`; `tracks`, `false_tracks` and `false_names`, tracks that show no
        sign, and those of them that are named; `class_changes`, of given names; `idf1`, `hota` and
        `switches`; medians of `until_named_s` from when a sign counts first, and of
        `meters_before`, the way at 50 km/h from the right name to the sign's last frame. None
        stands for a figure that nothing defines.
    """
    every = [(sign, clip.outside_label) for clip in clips for sign in _signs(clip)]
    signs = [sign for sign, outside in every if sign.class_id != outside]
    others = [sign for sign, outside in every if sign.class_id == outside]
    shown = [_shown(clip) for clip in clips]
    false = [
        track
        for clip, signs_of in zip(clips, shown, strict=True)
        for track in clip.tracks
        if sum(signs_of[track.number].values()) < FALSE * len(track.sightings)
    ]
    frames = pooled(
        [overlaps(c.truth, Trajectories.of_tracks(c.tracks), c.outside_label) for c in clips]
    )
    return {
        "clips": len(clips),
        "minutes": sum(float(clip.truth.times[-1]) for clip in clips if len(clip.truth.times)) / 60,
        "signs": len(signs),
        "found": sum(sign.found for sign in signs),
        "named_right": sum(sign.named_right for sign in signs),
        "named_wrong": sum(sign.named_wrong for sign in signs),
        "outside_signs": len(others),
        "outside_named": sum(sign.named_wrong for sign in others),
        "tracks": sum(len(clip.tracks) for clip in clips),
        "false_tracks": len(false),
        "false_names": sum(track.recognized for track in false),
        "class_changes": sum(_changes(clip) for clip in clips),
        "idf1": idf1(frames),
        "hota": hota(frames),
        "switches": switches(frames),
        "until_named_s": _median(sign.until_named_s for sign in signs),
        "meters_before": _median(sign.meters_before for sign in signs),
    }


def sign_table(clips: Sequence[FollowedClip]) -> pd.DataFrame:
    """A row for each sign that counts.

    Returns:
        Columns clip (its place), class_id, largest (of the sign's side, in pixels), found,
        named_right, named_wrong, until_named_s and meters_before; NaN where no right name
        was given.
    """
    rows = [
        {"clip": place, **asdict(sign)} for place, clip in enumerate(clips) for sign in _signs(clip)
    ]
    return pd.DataFrame(rows, columns=["clip", *_Sign.__dataclass_fields__])


@dataclass(frozen=True, slots=True)
class _Sign:
    """What became of one sign; the columns of `sign_table`."""

    class_id: int
    largest: float
    found: bool
    named_right: bool
    named_wrong: bool
    until_named_s: float | None
    meters_before: float | None


def _median(values: Iterable[float | None]) -> float | None:
    """Of those that are defined."""
    defined = [value for value in values if value is not None]
    return median(defined) if defined else None


def _signs(clip: FollowedClip) -> list[_Sign]:
    """What became of each sign that counts."""
    truth, shown = clip.truth, _shown(clip)
    side = np.sqrt(areas(truth.signs.boxes))
    signs = []
    for number, label in enumerate(truth.labels.tolist()):
        boxes = (truth.signs.numbers == number) & truth.counted
        largest = float(side[boxes].max(initial=0))
        if largest < READABLE:
            continue
        of_sign = {
            track: signs_of[number]
            for track, signs_of in shown.items()
            if signs_of[number] and signs_of.most_common(1)[0][0] == number
        }
        tracks = [track for track in clip.tracks if track.number in of_sign]
        longest = max(tracks, key=lambda track: of_sign[track.number], default=None)
        frames = truth.signs.frames[boxes]
        first, last = truth.times[frames.min()], truth.times[frames.max()]
        named = [n.frame for n in clip.names if n.track in of_sign and n.class_id == label]
        at = float(truth.times[min(named)]) if named else None
        signs.append(
            _Sign(
                label,
                largest,
                bool(tracks),
                bool(longest and longest.recognized and longest.class_id == label),
                any(track.recognized and track.class_id != label for track in tracks),
                None if at is None else max(0.0, at - float(first)),
                None if at is None else KMH_50 * max(0.0, float(last) - at),
            )
        )
    return signs


def _shown(clip: FollowedClip) -> dict[int, Counter[int]]:
    """By track, in how many frames it shows which sign; boxes that do not count are in it too."""
    found = Trajectories.of_tracks(clip.tracks)
    shown: dict[int, Counter[int]] = {track.number: Counter() for track in clip.tracks}
    signs = clip.truth.signs
    for frame in np.unique(found.frames):
        here, seen = signs.frames == frame, found.frames == frame
        for row, column in matched(pairwise_iou(signs.boxes[here], found.boxes[seen])):
            shown[int(found.numbers[seen][column])][int(signs.numbers[here][row])] += 1
    return shown


def _changes(clip: FollowedClip) -> int:
    """How often a track's name gives way to another one."""
    last: dict[int, int] = {}
    count = 0
    for name in clip.names:
        if name.class_id is not None:
            count += last.get(name.track, name.class_id) != name.class_id
            last[name.track] = name.class_id
    return count
