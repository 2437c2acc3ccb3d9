# /// script
# requires-python = "==3.11.*"
# dependencies = ["trackers==2.6.1"]  # brings supervision, and an OpenCV that fights ours
# ///
"""Trackers that people use, on detections in files: `peers.py FOLDER THRESHOLD`.

Runs in an environment of its own, and so imports nothing of the project. For each tracker it
writes the boxes of all clips, [frame, number, left, top, right, bottom], and the milliseconds of a
frame into `peers.json`. A detection counts as clear from the same threshold as in our tracker; all
else is the package's default.
"""

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import supervision
import trackers

FEWEST = 2  # frames that make a track, as in ours


def main() -> None:
    folder, threshold = Path(sys.argv[1]), float(sys.argv[2])
    files = sorted(folder.glob("*.npz"))
    results = {}
    for name in ("ByteTrack", "OCSORT", "CBIoU"):
        clips, times = [], []
        for file in files:
            with np.load(file) as content:
                boxes, took = follow(name, dict(content), threshold)
            clips.append(boxes)
            times.append(took)
        results[name] = {"clips": clips, "milliseconds": float(np.median(times))}
    (folder / "peers.json").write_text(json.dumps(results), encoding="utf-8")


def follow(
    name: str, content: Mapping[str, Any], threshold: float
) -> tuple[list[list[float]], float]:
    """The boxes of a clip, and milliseconds of a frame."""
    knobs: dict[str, float] = {
        "frame_rate": float(content["rate"]),
        "minimum_consecutive_frames": FEWEST,
    }
    knobs["high_conf_det_threshold"] = threshold
    if name != "OCSORT":
        knobs["track_activation_threshold"] = threshold
    tracker = getattr(trackers, f"{name}Tracker")(**knobs)
    cuts = np.cumsum(content["counts"])[:-1]
    rows: list[list[float]] = []
    started = time.perf_counter()
    parts = zip(np.split(content["boxes"], cuts), np.split(content["scores"], cuts), strict=True)
    for frame, (boxes, scores) in enumerate(parts):
        given = supervision.Detections(xyxy=boxes, confidence=scores)
        found = tracker.update(given)
        if found.tracker_id is not None:
            pairs = zip(found.tracker_id.tolist(), found.xyxy.tolist(), strict=True)
            rows += [[frame, number, *box] for number, box in pairs if number >= 0]
    return rows, 1000 * (time.perf_counter() - started) / max(1, len(content["counts"]))


if __name__ == "__main__":
    main()
