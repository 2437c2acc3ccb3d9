"""The signs of a clip as values for JSON."""

from typing import Any

from signs.catalog.label_space import LabelSpace
from signs.clips.following import ClipResult
from signs.records.listing import rounded
from signs.records.track import Sighting, Track


def answer_values(track: Track, label_space: LabelSpace) -> dict[str, Any]:
    """What is known of a sign, without where and when it is seen."""
    return {
        "track": track.number,
        "class_id": track.class_id,
        "name": label_space.names[track.class_id],
        "stvo": label_space.numbers[track.class_id],
        "probability": round(track.probability, 6),
        "known": round(track.known, 6),
        "recognized": track.recognized,
    }


def span_values(track: Track) -> dict[str, float]:
    """When a sign is seen, in seconds."""
    return {"first_s": round(track.first_s, 3), "last_s": round(track.last_s, 3)}


def sighting_values(sighting: Sighting) -> dict[str, Any]:
    """A sign in one frame."""
    return {
        "frame": sighting.frame,
        "time_s": round(sighting.time_s, 3),
        "box": rounded(sighting.box.tolist()),
        "score": round(sighting.score, 6),
    }


def head_values(result: ClipResult, version: str) -> dict[str, Any]:
    """What is known of a clip, without its signs.

    Args:
        version: of the model that names signs.
    """
    info = result.info
    fps = None if info is None or info.fps is None else round(info.fps, 3)
    duration = None if info is None or info.duration_s is None else round(info.duration_s, 3)
    return {
        "width": None if info is None else info.width,
        "height": None if info is None else info.height,
        "fps": fps,
        "duration_s": duration,
        "model_version": version,
    }


def clip_values(result: ClipResult, label_space: LabelSpace, version: str) -> dict[str, Any]:
    """All of a clip, as `signs track --json` has it, without its path.

    Args:
        label_space: of the model that names signs.
        version: of that model.
    """
    signs = [
        {
            **answer_values(track, label_space),
            **span_values(track),
            "frames": [sighting_values(sighting) for sighting in track.sightings],
        }
        for track in result.tracks
    ]
    return {**head_values(result, version), "signs": signs, "error": result.error}
